/** What mends a text whose braces are no placeholder. */
export const mendedBraces =
  'Close each {{ with }}, with one name of letters, digits and _ between, and take single braces out.';
