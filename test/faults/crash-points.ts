/** The instants of a call at which the process is killed: right there, with nothing after it. */
export const crashPoints = {
  accepted: 'after accept: the call is on record, its asker has no reply',
  claimed: 'after claim: the attempts are on record, nobody knows of them',
  dialling: 'before originate',
  dialled: 'after originate',
  ringing: 'ringing',
  answered: 'answered',
  asking: 'in a question',
  key: 'after a key, before it is on record',
  response: 'after a key, right when it is on record',
  hung_up: 'at hang-up',
  sending: 'before a delivery',
  sent: 'after a delivery, before it is written down',
} as const;

/** The same of a call that comes in on a line that answers. */
export const linePoints = {
  offered: 'when it is offered',
  answering: 'before it is answered',
  answered: 'answered, before it is on record',
  admitted: 'right when it is on record',
  asking: 'in a question',
} as const;

export type CrashPoint = keyof typeof crashPoints | keyof typeof linePoints;

/** How `crash-here.ts` is told: `dialled:10` is the tenth time that something was dialled. */
export const crashVariable = 'CRASH_AT';
