/**
 * A call is found by its reference and kept from being added twice by the same index, so each row of an upload is entered in one index less. Calls
 * without a campaign may share a reference: nulls are distinct. The index keeps its name, by which a refusal is known, also to a version before this one.
 */
export const oneIndexOfReferences = {
  name: '0022-one-index-of-references',
  sql: `
create unique index calls_reference on calls (reference, campaign_id) where reference is not null;
drop index calls_reference_once_in_campaign;
drop index calls_by_reference;
alter index calls_reference rename to calls_reference_once_in_campaign;
`,
};
