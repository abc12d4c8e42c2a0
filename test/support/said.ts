/** What a step of a flow says in English. */
export const said = (en: string) => ({ text: { en } });
