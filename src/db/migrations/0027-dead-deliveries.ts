/**
 * What could not be delivered is looked for again and again, by who looks after the gateway and by the pages that they leave open, and is mostly not there: to find nothing,
 * each partition was read. The index has dead deliveries alone, so the others pay nothing for it.
 */
export const deadDeliveries = {
  name: '0027-dead-deliveries',
  sql: `create index settled_deliveries_dead on settled_deliveries (id) include (endpoint_id) where state = 'dead';`,
};
