/** How each trunk is, for all gateways: drained, slowed down, closed by its breaker, or down. Claims read the columns. */
export const trunkStates = {
  name: '0011-trunk-states',
  sql: `
alter table trunks
  -- counts the changes of the state; the pace's instants are none
  add column revision integer not null default 0,
  add column drained_at timestamptz,
  -- the share of its calls per second that it was given when it was last slowed down; it has grown since
  add column pace_factor double precision not null default 1,
  add column pace_slowed_at timestamptz not null default 'epoch',
  -- of the breaker: while it is there and past, one call at a time may try
  add column closed_until timestamptz,
  -- as the Asterisks see it, as long as one of them stands for it
  add column down_until timestamptz,
  -- what claims do not look at: the rest of the breaker, and what each Asterisk sees
  add column health jsonb not null default '{}',
  add column reported_up boolean not null default true,
  add constraint trunks_revision_counts_from_zero check (revision >= 0),
  add constraint trunks_are_never_faster_than_their_pace check (pace_factor > 0 and pace_factor <= 1);
`,
};
