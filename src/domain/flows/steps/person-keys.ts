import { keys, type Key } from '../keys.ts';

/** Each of the people needs a key, and one is left for «none of these». */
export const mostPeople = 8;

/** Every key that the question who is there can need. */
export const personKeys: readonly { key: Key }[] = keys.slice(0, mostPeople + 1).map((key) => ({ key }));

/** What is recorded where none of the people is there; nobody may have it as an id. */
export const nobody = 'none';
