import { createApiClient, type ApiClient } from './api-client.ts';
import { createTestDatabase } from './database.ts';
import { gatewayPlace, type GatewayPlace } from './gateway-place.ts';
import { startGateway, type GatewayProcess } from './gateway-process.ts';
import { startRunningGateway, type RunningGateway } from './running-gateway.ts';

/** Two gateways with the simulator on one database. Its phones are in the process that drives them, which is the first. */
export interface TwoGateways extends AsyncDisposable {
  /** Of both, and for a third. */
  place: GatewayPlace;
  first: RunningGateway;
  second: GatewayProcess;
  secondApi: ApiClient;
}

/** @throws Error with what a gateway logged last, when it is not ready in time; what was opened until then is closed */
export async function startTwoGateways(): Promise<TwoGateways> {
  await using opening = new AsyncDisposableStack();
  const test = await createTestDatabase();
  opening.defer(() => test.drop());
  const { host, user, database } = test.connection;
  const settings = {
    IVRS_DATABASE_URL: `postgresql:///${database}?host=${encodeURIComponent(host ?? '')}&user=${user}`,
    IVRS_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
  };
  const place = opening.use(await gatewayPlace(settings));
  const first = await startRunningGateway(place.environment);
  opening.defer(() => first.stop());
  const second = await startGateway(place.environment);
  opening.defer(async () => {
    await second.terminate();
  });
  const secondApi = createApiClient(() => second.url);
  const running = opening.move();
  return {
    ...{ place, first, second, secondApi },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
