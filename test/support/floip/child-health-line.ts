/** A container as a flow builder exports it: a survey by IVR with recordings, in English and French, and the flow that it runs at its end. */
const resource = (uuid: string, values: Record<string, { audio?: string; text?: string }>) => ({
  uuid,
  values: Object.entries(values).flatMap(([language_id, { audio, text }]) => [
    ...(audio === undefined
      ? []
      : [{ language_id, content_type: 'AUDIO', mime_type: 'audio/wav', modes: ['IVR'], value: audio }]),
    ...(text === undefined
      ? []
      : [{ language_id, content_type: 'TEXT', mime_type: 'text/plain', modes: ['SMS', 'IVR'], value: text }]),
  ]),
});

const exit = (name: string, destination_block: string | null, test?: string) => ({
  uuid: `exit-${name}`,
  name,
  destination_block,
  ...(test === undefined ? { default: true } : { test }),
});

export const childHealthLine = {
  specification_version: '1.0.0-rc4',
  uuid: '95f29456-8a33-4d26-b22a-00b0b169056c',
  name: 'Child health line',
  description: 'Calls to young mothers',
  vendor_metadata: {},
  flows: [
    {
      uuid: '06c912aa-0d36-4d9c-b144-0cd3a38e8293',
      name: 'Child health line',
      label: 'Weekly call',
      last_modified: '2026-02-05 18:55:59.229Z',
      interaction_timeout: 300,
      supported_modes: ['IVR', 'SMS'],
      first_block_id: 'b-log',
      languages: [
        { id: 'eng', label: 'English', iso_639_3: 'eng', variant: null, bcp_47: null },
        { id: 'fra', label: 'Français', iso_639_3: 'fra', variant: null, bcp_47: 'fr-FR' },
      ],
      blocks: [
        {
          uuid: 'b-log',
          name: 'begin_log',
          type: 'Core.Log',
          config: { message: 'started' },
          exits: [exit('Default', 'b-hello')],
        },
        {
          uuid: 'b-hello',
          name: 'hello',
          type: 'MobilePrimitives.Message',
          config: { prompt: 'r-hello' },
          exits: [exit('Default', 'b-child')],
        },
        {
          uuid: 'b-child',
          name: 'has_child',
          type: 'MobilePrimitives.SelectOneResponse',
          config: {
            question_prompt: 'r-child',
            choices: [
              { name: 'yes', prompt: 'r-yes', ivr_test: { test_expression: "block.response = '1'" } },
              { name: 'no', prompt: 'r-no', ivr_test: { test_expression: "block.response = '2'" } },
            ],
            ivr: { digit_prompts: [] },
          },
          exits: [
            exit('yes', 'b-age', "block.value = 'yes'"),
            exit('no', 'b-bye', "block.value = 'no'"),
            exit('Default', 'b-child'),
          ],
        },
        {
          uuid: 'b-age',
          name: 'child_age',
          type: 'MobilePrimitives.NumericResponse',
          config: {
            prompt: 'r-age',
            validation_minimum: 0,
            validation_maximum: 120,
            ivr: { max_digits: 3 },
            set_contact_property: [{ property_key: 'child_age', property_value: 'block.value' }],
          },
          exits: [exit('small', 'b-small', 'block.value < 6'), exit('Default', 'b-case')],
        },
        {
          uuid: 'b-small',
          name: 'small_advice',
          type: 'MobilePrimitives.Message',
          config: { prompt: 'r-small' },
          exits: [exit('Default', 'b-case')],
        },
        {
          uuid: 'b-case',
          name: 'village_case',
          type: 'Core.Case',
          config: {},
          exits: [
            exit('north', 'b-clinic', "@AND(contact.village = 'Akoa', @flow.child_age.value >= 6)"),
            exit('weekday', 'b-bye', 'WEEKDAY(TODAY()) = 1'),
            exit('Default', 'b-open'),
          ],
        },
        {
          uuid: 'b-clinic',
          name: 'clinic',
          type: 'MobilePrimitives.Message',
          config: { prompt: 'r-clinic' },
          exits: [exit('Default', 'b-open')],
        },
        {
          uuid: 'b-open',
          name: 'worries',
          type: 'MobilePrimitives.OpenResponse',
          config: { prompt: 'r-open', ivr: { max_duration_seconds: 45, end_recording_digits: '#' } },
          exits: [exit('Default', 'b-photo')],
        },
        {
          uuid: 'b-photo',
          name: 'photo',
          type: 'SmartDevices.PhotoResponse',
          config: { prompt: 'r-hello' },
          exits: [exit('Default', 'b-group')],
        },
        {
          uuid: 'b-group',
          name: 'group',
          type: 'Core.SetGroupMembership',
          config: { groups: [{ group_key: 'mothers' }], is_member: true },
          exits: [exit('Default', 'b-quiz')],
        },
        {
          uuid: 'b-quiz',
          name: 'quiz',
          type: 'Core.RunFlow',
          config: { flow_id: 'ea5d7659-16cd-4e9a-86dc-28398cb41aed' },
          exits: [exit('Default', 'b-bye')],
        },
        {
          uuid: 'b-bye',
          name: 'bye',
          type: 'MobilePrimitives.Message',
          config: { prompt: 'r-bye' },
          exits: [exit('Default', null)],
        },
        {
          uuid: 'b-lost',
          name: 'forgotten',
          type: 'MobilePrimitives.Message',
          config: { prompt: 'r-bye' },
          exits: [exit('Default', null)],
        },
      ],
      resources: {
        'r-hello': resource('r-hello', {
          eng: { text: 'Hello @contact.name, this is the child health line.' },
          fra: { text: 'Bonjour @contact.name, ici la ligne de santé des enfants.' },
        }),
        'r-child': resource('r-child', {
          eng: { text: 'Do you have a child under ten?' },
          fra: { text: 'Avez-vous un enfant de moins de dix ans ?' },
        }),
        'r-yes': resource('r-yes', { eng: { text: 'Yes' }, fra: { text: 'Oui' } }),
        'r-no': resource('r-no', { eng: { text: 'No' }, fra: { text: 'Non' } }),
        'r-age': resource('r-age', {
          eng: { audio: 'https://files.example/age-eng.wav', text: 'How many months old is your child?' },
          fra: { audio: 'https://files.example/age-fra.wav' },
        }),
        'r-small': resource('r-small', {
          eng: { text: 'At @results.child_age.value months, milk is enough.' },
          fra: { text: 'À @results.child_age.value mois, le lait suffit.' },
        }),
        'r-clinic': resource('r-clinic', {
          eng: { text: 'Your clinic is open on Mondays.' },
          fra: { text: 'Votre clinique ouvre le lundi.' },
        }),
        'r-open': resource('r-open', {
          eng: { text: 'What worries you? Speak after the beep.' },
          fra: { text: 'Qu’est-ce qui vous inquiète ? Parlez après le bip.' },
        }),
        'r-bye': resource('r-bye', { eng: { text: 'Goodbye.' }, fra: { text: 'Au revoir.' } }),
      },
    },
    {
      uuid: 'ea5d7659-16cd-4e9a-86dc-28398cb41aed',
      name: 'Hygiene quiz',
      supported_modes: ['IVR'],
      languages: [{ id: 'eng', iso_639_3: 'eng' }],
      first_block_id: 'q',
      blocks: [
        {
          uuid: 'q',
          name: 'Q1',
          type: 'MobilePrimitives.Message',
          config: { prompt: 'r' },
          exits: [exit('Default', null)],
        },
      ],
      resources: { r: resource('r', { eng: { text: 'Wash your hands.' } }) },
    },
  ],
};
