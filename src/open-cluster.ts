import type { Config, TrunksFile } from './config/config.ts';
import { createGatewayBus, type GatewayBus, type News } from './db/gateway-bus.ts';
import { createLeaseStore } from './db/lease-store.ts';
import { createTrunkSetStore } from './db/trunk-set-store.ts';
import { gatewayIdentity } from './gateway-identity.ts';
import { Asterisks, type OpenAsterisksDependencies } from './open-asterisks.ts';
import type { Storage } from './open-storage.ts';
import { TrunkAgreement } from './workflows/agree-on-trunks.ts';

/** This gateway among the others that share its database. */
export interface Cluster {
  /** Those that it drives. */
  asterisks: Asterisks;
  tell: GatewayBus['tell'];
  /** How its trunks differ from those that the others dial by; null where they do not. */
  trunkDifference: () => string | null;
  /** Agrees on trunks, takes the leases that are free, and has tried to connect. */
  start(): Promise<void>;
  /** What is to be done every few seconds. */
  look(): Promise<void>;
}

export interface OpenClusterDependencies extends Omit<
  OpenAsterisksDependencies,
  'trunks' | 'callingHours' | 'personOf' | 'leases' | 'identity' | 'unfit' | 'onGivenBack'
> {
  config: Config;
  storage: Storage;
  trunksFile: TrunksFile;
  /** Another gateway did something that there may be work in; leases and legs are seen to here. */
  onNews: (news: News) => void;
  onLeasesFree: () => void;
}

/** What is opened is closed with `stack`, in order. */
export function openCluster(deps: OpenClusterDependencies, stack: AsyncDisposableStack): Cluster {
  const { config, storage, trunksFile, log, clock } = deps;
  const { database, connection } = storage;
  const identity = gatewayIdentity({ isAlone: config.databaseUrl === null });
  const agreement = new TrunkAgreement({
    ...{ store: createTrunkSetStore(database), gateway: identity.id, isDead: identity.isDead, log },
    mine: { written: { revision: trunksFile.revision, trunks: trunksFile.written }, set: trunksFile },
  });
  const asterisks = new Asterisks({
    ...{ ...deps, trunks: trunksFile.trunks, leases: createLeaseStore(database), identity },
    callingHours: config.callingHours,
    personOf: (number) => storage.vault.personOf(number),
    unfit: () => agreement.problem,
    holdBack: () => agreement.problem ?? deps.holdBack(),
    onGivenBack: () => bus.tell({ leases: true }),
  });
  const bus = createGatewayBus({
    ...{ connection, gateway: identity.id, clock, log },
    hasOthers: () => asterisks.hasOtherGateways,
    onNews(news) {
      if (news.calls) asterisks.wakeDiallers();
      if (news.leases) deps.onLeasesFree();
      asterisks.heedEnds(news.ends ?? []);
      deps.onNews(news);
    },
  });
  stack.defer(() => bus.stop());
  return {
    asterisks,
    tell: (news) => bus.tell(news),
    trunkDifference: () => agreement.problem,
    async start() {
      await agreement.look();
      await asterisks.start();
    },
    async look() {
      await agreement.look();
      await asterisks.look();
    },
  };
}
