import { registerHooks } from 'node:module';

/**
 * Loaded before `src/main.ts` by `node --import`: the program is the one that its users run, but three of its modules are wrapped
 * in ones that can end the process.
 */
const wrappers = new Map(
  Object.entries({
    'src/db/postgres-ledger.ts': 'crashing-ledger.ts',
    'src/telephony/asterisk/asterisk-telephony.ts': 'crashing-telephony.ts',
    'src/webhooks/webhook-sender.ts': 'crashing-sender.ts',
  }).map(([module, wrapper]) => [
    new URL(`../../${module}`, import.meta.url).href,
    new URL(wrapper, import.meta.url).href,
  ]),
);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const wrapper = wrappers.get(resolved.url);
    return wrapper === undefined || context.parentURL === wrapper ? resolved : { ...resolved, url: wrapper };
  },
});
