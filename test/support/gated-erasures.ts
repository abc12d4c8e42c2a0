import type { ErasureStore } from '../../src/db/erasure-store.ts';
import { askThrough } from './ask-through.ts';
import type { ProcessGate } from './process-gate.ts';

/** Erasures as one process reaches them. */
export function gatedErasures(gate: ProcessGate, store: ErasureStore): ErasureStore {
  const ask = askThrough(gate);
  return {
    add: (erasure) => ask('addErasure', () => store.add(erasure)),
    get: (id) => ask('erasure', () => store.get(id)),
    list: (page) => ask('erasures', () => store.list(page)),
    take: (taking) => ask('takeErasures', () => store.take(taking)),
    putOff: (...given) => ask('putOffErasures', () => store.putOff(...given)),
    openCalls: (erasure) => ask('openCalls', () => store.openCalls(erasure)),
    endedCalls: (...asked) => ask('endedCalls', () => store.endedCalls(...asked)),
    forgetCalls: (...forgotten) => ask('forgetCalls', () => store.forgetCalls(...forgotten)),
    forgetBesideCalls: (...asked) => ask('forgetBesideCalls', () => store.forgetBesideCalls(...asked)),
    soundsRemoved: (...removed) => ask('soundsRemoved', () => store.soundsRemoved(...removed)),
    renditionsRemoved: (...removed) => ask('renditionsRemoved', () => store.renditionsRemoved(...removed)),
    files: (id) => ask('erasedFiles', () => store.files(id)),
    wordsOfOpenCalls: (...asked) => ask('wordsOfOpenCalls', () => store.wordsOfOpenCalls(...asked)),
    waitingFor: (asterisk) => ask('erasuresWaiting', () => store.waitingFor(asterisk)),
    cleared: (...cleared) => ask('cleared', () => store.cleared(...cleared)),
    finish: (...finished) => ask('finishErasures', () => store.finish(...finished)),
    pendingSince: (before) => ask('pendingSince', () => store.pendingSince(before)),
    reopen: (since) => ask('reopenErasures', () => store.reopen(since)),
  };
}
