import { For, type JSX, Show } from 'solid-js'
import type { Who } from '../../../src/api/session.ts'
import { type Section, sectionNames, sectionsOf } from '../../domain/account/sections.ts'
import { isSignedIn, proofWords, roleWords } from '../../domain/account/who.ts'
import type { Attempt } from '../../state/account/attempt.ts'
import { Failure } from '../form/failure.tsx'
import { Words } from '../words/words.tsx'

/** Who is asking, by what that is known, and the ways to what is managed beside the map. */
export function AccountMenu(props: {
  readonly who: Who
  readonly leaving: Attempt<[]>
  readonly onOpen: (section: Section) => void
}): JSX.Element {
  const role = () => props.who.role ?? 'viewer'
  return (
    <section class="account-menu surface" aria-label="You" data-testid="account-menu">
      <h2 data-testid="who">{props.who.name}</h2>
      <p>
        <b data-testid="role">{role()}</b>: {roleWords[role()]}
      </p>
      <p class="account-minor" data-testid="proof">
        {proofWords(props.who)}
      </p>
      <Show when={props.who.readOnly}>
        <p class="account-minor" data-testid="read-only">
          <Words text="Scope was started with --app.read-only: nobody may change anything." />
        </p>
      </Show>
      <div class="account-links">
        <For each={sectionsOf(props.who)}>
          {(section) => (
            <button
              type="button"
              class="account-link"
              data-testid={`open-${section}`}
              onClick={() => props.onOpen(section)}
            >
              {sectionNames[section]}
            </button>
          )}
        </For>
        <Show when={isSignedIn(props.who)}>
          <button
            type="button"
            class="account-link"
            data-testid="sign-out"
            disabled={props.leaving.busy()}
            onClick={() => void props.leaving.run()}
          >
            Sign out
          </button>
        </Show>
      </div>
      <Failure words={props.leaving.failure()?.message} />
    </section>
  )
}
