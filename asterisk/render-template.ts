/**
 * Puts values for `{{NAME}}`. Not `${NAME}`: that is what the dialplan itself writes for its variables.
 * A name without a value, or a value that could end a line or begin a comment, is a bug.
 */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{([A-Z_]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The template names {{${name}}}, which has no value.`);
    if (/[;\n\r]/.test(value))
      throw new Error(`The value of {{${name}}} would break an Asterisk configuration file.`);
    return value;
  });
}
