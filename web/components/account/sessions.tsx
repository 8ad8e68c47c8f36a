import { type JSX, Show } from 'solid-js'
import type { Session } from '../../../src/api/session.ts'
import { endSession, fetchSessions } from '../../data/account.ts'
import { agentWords } from '../../domain/account/agent.ts'
import { dayAndTime } from '../../domain/account/moment.ts'
import { ago } from '../../domain/words/time.ts'
import { createAttempt } from '../../state/account/attempt.ts'
import { changing } from '../../state/account/changing.ts'
import { createLoaded } from '../../state/account/loaded.ts'
import type { SessionState } from '../../state/account/session.ts'
import { Failure } from '../form/failure.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** The browsers in which one is signed in, each with a way to sign it out. */
export function Sessions(props: { readonly session: SessionState }): JSX.Element {
  const sessions = createLoaded(fetchSessions)
  const ending = createAttempt(async (session: Session) => {
    if (session.current) return props.session.signOut('here')
    await changing(sessions, () => endSession(session.id))
    await sessions.load()
  })
  const leaving = createAttempt(() => props.session.signOut('everywhere'))
  return (
    <section aria-labelledby="sessions-title" data-testid="sessions">
      <h2 id="sessions-title">Where you are signed in</h2>
      <Failure
        words={sessions.failure()?.message ?? ending.failure()?.message ?? leaving.failure()?.message}
      />
      <ul class="account-list">
        <Keyed each={sessions.answer() ?? []} by={idOf}>
          {(session) => (
            <li class="account-item" data-testid="session" data-current={session().current}>
              <div class="account-what">
                <p>
                  <span title={session().agent}>{agentWords(session().agent)}</span>
                  <Show when={session().current}>
                    <span class="account-mark">this browser</span>
                  </Show>
                </p>
                <p class="account-minor">{sessionWords(session(), Date.now())}</p>
              </div>
              <button
                type="button"
                class="button"
                aria-label={`Sign out ${agentWords(session().agent)} at ${session().from}`}
                disabled={ending.busy()}
                onClick={() => void ending.run(session())}
              >
                Sign out
              </button>
            </li>
          )}
        </Keyed>
      </ul>
      <div class="form-buttons">
        <button
          type="button"
          class="button"
          data-kind="danger"
          data-testid="sign-out-everywhere"
          disabled={leaving.busy()}
          onClick={() => void leaving.run()}
        >
          Sign out everywhere
        </button>
      </div>
    </section>
  )
}

function sessionWords({ from, createdAt, lastSeenAt, expiresAt }: Session, nowMs: number): string {
  return [
    `from ${from}`,
    `signed in ${ago(Date.parse(createdAt), nowMs)}`,
    `last seen ${ago(Date.parse(lastSeenAt), nowMs)}`,
    `expires ${dayAndTime(expiresAt)}`,
  ].join(' · ')
}
