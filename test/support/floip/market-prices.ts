/** A flow by itself in the form of the first drafts: choices by name, a bare list of resources, recordings for choices and keys, an output. */
const recording = (uuid: string, value: string) => ({
  uuid,
  values: [{ language_id: 'hin', content_type: ['AUDIO'], modes: ['ivr'], value }],
});

const onward = (destination_block: string | null) => [
  { uuid: 'x', name: 'Default', default: true, destination_block },
];

export const marketPrices = {
  uuid: 'b7a1c3d4-0000-4000-8000-000000000001',
  name: 'Market prices',
  supported_modes: ['ivr'],
  first_block_id: 'crop',
  languages: [{ id: 'hin', iso_639_3: 'hin' }],
  blocks: [
    {
      uuid: 'crop',
      name: 'Crop',
      type: 'MobilePrimitives.SelectOneResponse',
      config: {
        question_prompt: 'r-crop',
        choices: { wheat: 'r-wheat', rice: 'r-rice' },
        ivr: { digit_prompts: ['r-press-1', 'r-press-2'] },
      },
      exits: onward('land'),
    },
    {
      uuid: 'land',
      name: 'Land',
      type: 'MobilePrimitives.NumericResponse',
      config: { prompt: 'r-land', ivr: { max_digits: 2 } },
      exits: onward('yield'),
    },
    {
      uuid: 'yield',
      name: 'Yield',
      type: 'Core.Output',
      config: { value: 'flow.Land.value * 12' },
      exits: onward('decide'),
    },
    {
      uuid: 'decide',
      name: 'Decide',
      type: 'Core.Case',
      exits: [
        {
          uuid: 'a',
          name: 'much',
          test: "flow.Yield.value > 60 && flow.Crop = 'rice'",
          destination_block: 'many',
        },
        { uuid: 'b', name: 'rice', test: 'flow.Crop.value = rice', destination_block: 'rice' },
        ...onward('wheat'),
      ],
    },
    {
      uuid: 'rice',
      name: 'Rice price',
      type: 'MobilePrimitives.Message',
      config: { prompt: 'r-rice-price' },
      exits: onward(null),
    },
    {
      uuid: 'wheat',
      name: 'Wheat price',
      type: 'MobilePrimitives.Message',
      config: { prompt: 'r-wheat-price' },
      exits: onward(null),
    },
    {
      uuid: 'many',
      name: 'Crops',
      type: 'MobilePrimitives.SelectManyResponses',
      config: { prompt: 'r-crop' },
      exits: onward('rice'),
    },
  ],
  resources: [
    recording('r-crop', 'crop.mp3'),
    recording('r-wheat', 'wheat.mp3'),
    recording('r-rice', 'rice.mp3'),
    recording('r-press-1', 'press1.mp3'),
    recording('r-press-2', 'press2.mp3'),
    recording('r-land', 'land.mp3'),
    recording('r-rice-price', 'rice-price.mp3'),
    recording('r-wheat-price', 'wheat-price.mp3'),
  ],
};
