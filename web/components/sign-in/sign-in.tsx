import { type JSX, Show } from 'solid-js'
import { endOfSentence, sentence } from '../../domain/account/sign-in-words.ts'
import { endedWords } from '../../domain/account/who.ts'
import type { SessionState } from '../../state/account/session.ts'
import { Mark } from '../mark/mark.tsx'
import { Words } from '../words/words.tsx'
import { Scripts, TunnelHelp } from './elsewhere.tsx'
import { SignInForms } from './sign-in-forms.tsx'
import './sign-in.css'

/** What somebody sees who may not see the map: why, and how to sign in on this connection. */
export function SignIn(props: { readonly session: SessionState }): JSX.Element {
  const who = () => props.session.who()
  const refused = () => who()?.signIn.refused
  return (
    <main class="sign-in" data-testid="sign-in">
      <div class="sign-in-body">
        <p class="sign-in-name">
          <Mark />
          scope
        </p>
        <h1>{refused() === undefined ? 'Sign in' : 'You cannot sign in on this connection'}</h1>
        <Show when={props.session.ended()}>
          {(ended) => (
            <p class="sign-in-note" data-testid="ended">
              {endedWords[ended()]}
            </p>
          )}
        </Show>
        <p class="sign-in-why" data-testid="why">
          Scope shows the inside of the machine it runs on.
          <Show when={who()?.why}>
            {(why) => <Words text={` Your request needs a login, since ${endOfSentence(why())}`} />}
          </Show>
        </p>
        <Show when={refused()} fallback={<SignInForms session={props.session} />}>
          {(words) => (
            <>
              <p class="sign-in-note" data-testid="refused">
                <Words text={sentence(words())} />
              </p>
              <TunnelHelp />
            </>
          )}
        </Show>
        <Scripts />
      </div>
    </main>
  )
}
