import { html, type Html } from './html.ts';
import type { Shown } from './page.ts';
import { signInPath } from './paths.ts';

export type SignInFault = 'wrong_key' | 'too_many_tries' | 'from_elsewhere' | 'no_form';

const faults: Readonly<Record<SignInFault, { status: NonNullable<Shown['status']>; words: string }>> = {
  wrong_key: { status: 403, words: 'This API key is not valid.' },
  too_many_tries: { status: 429, words: 'There were too many tries. Try again in a minute.' },
  from_elsewhere: {
    status: 403,
    words:
      'The form did not come from this page, or the browser does not say so: browsers do over https, and on the machine itself.',
  },
  no_form: { status: 415, words: 'That was not this form.' },
};

export function signInForm({ to, isOver }: { to: string; isOver: boolean }): Shown {
  const notice = isOver
    ? html`<p class="notice" role="status">Your session has ended. Sign in again.</p>`
    : null;
  return { title: 'Sign in', body: html`${notice}${form(to)}` };
}

/** The form again, with what is the matter. */
export function faultyForm(fault: SignInFault, to: string): Shown {
  const { status, words } = faults[fault];
  return {
    title: 'Sign in',
    status,
    body: html`<p class="notice bad" role="alert">${words}</p>
      ${form(to)}`,
  };
}

function form(to: string): Html {
  return html`<form class="sign-in" method="post" action="${signInPath}">
    <input type="hidden" name="to" value="${to}" />
    <label for="key">API key</label>
    <input
      id="key"
      name="key"
      type="password"
      required
      autofocus
      maxlength="520"
      autocomplete="current-password"
      autocapitalize="none"
      spellcheck="false"
      aria-describedby="key-hint"
    />
    <p id="key-hint">
      You see what the key’s scopes allow: calls and campaigns with <code>calls:read</code>, webhooks with
      <code>webhooks:write</code>, numbers in clear with <code>numbers:read</code>. You stay signed in for at
      most 12 hours.
    </p>
    <button type="submit">Sign in</button>
  </form>`;
}
