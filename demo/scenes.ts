/** One call of the demonstration: who is called, what the handset does, and exactly what must come of it. */
export interface Scene {
  title: string;
  /** What the person at the handset does; the digits after 9000 tell the handset, see «Handsets» in the README. */
  story: string;
  to: string;
  responses?: Record<string, string>;
  /** The stored flow; the quiz where none is named. */
  flow?: 'demo-family' | 'demo-message';
  /** Who is called, where it is not आशा. */
  name?: string;
  people?: { id: string; name: string }[];
  expected: {
    outcome: string;
    reached: boolean;
    resume_at: string | null;
    /** question → value, or `voiceMessage`, and where it was given; in the flow's order */
    responses: [question: string, value: string, givenOn: 'call' | 'request'][];
    events: string[];
    /** Questions that must not have been asked: they were answered elsewhere, or nobody was there. */
    notAsked: string[];
  };
}

/** Stands for the id of the message that the webhook tells of: nobody knows it before. */
export const voiceMessage = 'the voice message';

const begin = ['call.queued', 'call.attempt_started', 'call.ringing'];
const end = ['call.attempt_ended', 'call.ended'];
const response = 'call.response_recorded';

export const scenes: Scene[] = [
  {
    title: 'A quiz, answered to its end',
    story: 'answers after a second and presses 1, 2 and 3, one at the end of each question',
    to: '+919000001239',
    expected: {
      outcome: 'completed',
      reached: true,
      resume_at: null,
      responses: [
        ['q1', 'seven', 'call'],
        ['q2', 'east', 'call'],
        ['q3', 'hundred', 'call'],
      ],
      events: [...begin, 'call.answered', response, response, response, ...end],
      notAsked: [],
    },
  },
  {
    title: 'A busy phone',
    story: 'rings, and is engaged',
    to: '+919000171111',
    expected: {
      outcome: 'busy',
      reached: false,
      resume_at: null,
      responses: [],
      events: [...begin, ...end],
      notAsked: ['q1', 'q2', 'q3'],
    },
  },
  {
    title: 'Somebody hangs up after the first answer',
    story: 'answers, presses 1 at the first question, and hangs up',
    to: '+919000011999',
    expected: {
      outcome: 'partial',
      reached: true,
      resume_at: 'q2',
      responses: [['q1', 'seven', 'call']],
      events: [...begin, 'call.answered', response, ...end],
      notAsked: ['q3'],
    },
  },
  {
    title: 'A quiz that began on WhatsApp goes on by phone',
    story: 'has answered the first question there; presses 2 and 3 for the others',
    to: '+919000002399',
    responses: { q1: 'seven' },
    expected: {
      outcome: 'completed',
      reached: true,
      resume_at: null,
      responses: [
        ['q1', 'seven', 'request'],
        ['q2', 'east', 'call'],
        ['q3', 'hundred', 'call'],
      ],
      events: [...begin, 'call.answered', response, response, ...end],
      notAsked: ['q1'],
    },
  },
  {
    title: 'A phone that a family shares',
    story: 'says who they are (2, रवि), consents (1) and presses 3 at the question',
    to: '+919000002139',
    flow: 'demo-family',
    people: [
      { id: 'p1', name: 'आशा' },
      { id: 'p2', name: 'रवि' },
    ],
    expected: {
      outcome: 'completed',
      reached: true,
      resume_at: null,
      responses: [
        ['who', 'p2', 'call'],
        ['agree', 'yes', 'call'],
        ['read', 'more', 'call'],
      ],
      events: [...begin, 'call.answered', response, response, response, ...end],
      notAsked: [],
    },
  },
  {
    title: 'One of that family leaves a voice message',
    story: 'रवि, who has consented before, speaks for 4 s after the beep and presses #',
    to: '+919000519999',
    flow: 'demo-message',
    name: 'रवि',
    responses: { agree: 'yes' },
    expected: {
      outcome: 'completed',
      reached: true,
      resume_at: null,
      responses: [
        ['agree', 'yes', 'request'],
        ['wish', voiceMessage, 'call'],
      ],
      events: [...begin, 'call.answered', response, 'voice_message.recorded', ...end],
      notAsked: ['agree'],
    },
  },
];
