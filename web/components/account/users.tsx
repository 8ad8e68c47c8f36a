import { createSignal, type JSX, Show } from 'solid-js'
import type { User } from '../../../src/api/session.ts'
import { addUser, changeUser, fetchUsers, removeUser } from '../../data/account.ts'
import { ago } from '../../domain/words/time.ts'
import { createAttempt } from '../../state/account/attempt.ts'
import { changing } from '../../state/account/changing.ts'
import { createLoaded } from '../../state/account/loaded.ts'
import { Failure } from '../form/failure.tsx'
import { Keyed } from '../keyed/keyed.tsx'
import { Words } from '../words/words.tsx'
import { ChangeUserForm, NewUserForm } from './user-forms.tsx'

/** What is open below a user's line. */
type Open = { readonly name: string; readonly what: 'change' | 'remove' }

/** Everybody who can sign in with a password. Admins add, change and remove them. */
export function Users(): JSX.Element {
  const users = createLoaded(fetchUsers)
  const [open, setOpen] = createSignal<Open>()
  const [done, setDone] = createSignal('')
  const removing = createAttempt(async (name: string) => {
    await changing(users, () => removeUser(name))
    finish(`${name} is removed.`)
  })
  const finish = (words: string) => {
    setOpen(undefined)
    setDone(words)
    void users.load()
  }
  const isOpen = (name: string, what: Open['what']) => open()?.name === name && open()?.what === what
  const toggle = (name: string, what: Open['what']) => {
    removing.forget()
    setOpen(isOpen(name, what) ? undefined : { name, what })
  }
  return (
    <section aria-labelledby="users-title" data-testid="users">
      <h2 id="users-title">Users</h2>
      <Failure words={users.failure()?.message} />
      <p role="status" class="account-done" data-testid="users-done">
        {done()}
      </p>
      <Show when={users.answer()?.length === 0}>
        <p class="account-minor" data-testid="no-users">
          <Words text='Nobody has a password yet, so people sign in with links that "scope token --link" prints.' />
        </p>
      </Show>
      <ul class="account-list">
        <Keyed each={users.answer() ?? []} by={nameOf}>
          {(user) => (
            <li class="account-item" data-testid="user" data-name={user().name}>
              <div class="account-what">
                <p>
                  {user().name}
                  <span class="account-mark" data-testid="user-role">
                    {user().role}
                  </span>
                </p>
                <p class="account-minor">{userWords(user(), Date.now())}</p>
              </div>
              <div class="form-buttons">
                <button
                  type="button"
                  class="button"
                  aria-label={`Change ${user().name}`}
                  aria-expanded={isOpen(user().name, 'change')}
                  onClick={() => toggle(user().name, 'change')}
                >
                  Change
                </button>
                <button
                  type="button"
                  class="button"
                  aria-label={`Remove ${user().name}`}
                  aria-expanded={isOpen(user().name, 'remove')}
                  onClick={() => toggle(user().name, 'remove')}
                >
                  Remove
                </button>
              </div>
              <Show when={isOpen(user().name, 'change')}>
                <ChangeUserForm
                  user={user()}
                  onChange={async (change) => {
                    await changing(users, () => changeUser(user().name, change))
                    finish(`${user().name} is changed.`)
                  }}
                  onCancel={() => setOpen(undefined)}
                />
              </Show>
              <Show when={isOpen(user().name, 'remove')}>
                <div class="account-confirm form" data-testid="confirm-remove">
                  <p>
                    Remove {user().name}? Every session of {user().name} ends at once.
                  </p>
                  <Failure words={removing.failure()?.message} />
                  <div class="form-buttons">
                    <button
                      type="button"
                      class="button"
                      data-kind="danger"
                      disabled={removing.busy()}
                      onClick={() => void removing.run(user().name)}
                    >
                      Remove {user().name}
                    </button>
                    <button type="button" class="button" onClick={() => setOpen(undefined)}>
                      Cancel
                    </button>
                  </div>
                </div>
              </Show>
            </li>
          )}
        </Keyed>
      </ul>
      <NewUserForm
        onAdd={async (user) => {
          await changing(users, () => addUser(user))
          finish(`${user.name} is added and can sign in.`)
        }}
      />
    </section>
  )
}

function nameOf({ name }: User): string {
  return name
}

function userWords({ createdAt, lastSignInAt }: User, nowMs: number): string {
  const added = `added ${ago(Date.parse(createdAt), nowMs)}`
  return lastSignInAt === undefined
    ? `${added} · has not signed in yet`
    : `${added} · signed in ${ago(Date.parse(lastSignInAt), nowMs)}`
}
