import { InMemoryDeliveries } from '../../support/in-memory-deliveries.ts';
import { testDeliveryQueueContract } from '../../support/delivery-queue-contract.ts';
import { sampleEndpoint } from '../../support/sample-endpoint.ts';

testDeliveryQueueContract('in memory', () => {
  const queue = new InMemoryDeliveries();
  return Promise.resolve({
    queue,
    addEndpoint() {
      const { id: endpointId, url, secret } = sampleEndpoint();
      queue.addAddress({ endpointId, url, secrets: [secret], numbers: 'clear' });
      return Promise.resolve(endpointId);
    },
    accept: ({ transition }, offer) => Promise.resolve(queue.make(transition.events, { offer })),
    commit: ({ events }, offer) => Promise.resolve(queue.make(events, { offer })),
    report: (event) => Promise.resolve(void queue.make([event], { offer: null })),
  });
});
