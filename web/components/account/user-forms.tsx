import { createSignal, createUniqueId, type JSX, onMount } from 'solid-js'
import { passwordLength, roles } from '../../../src/api/credentials.ts'
import type { NewUser, Role, User, UserChange } from '../../../src/api/session.ts'
import { sentence } from '../../domain/account/sign-in-words.ts'
import { roleWords } from '../../domain/account/who.ts'
import { createAttempt } from '../../state/account/attempt.ts'
import { Choice } from '../form/choice.tsx'
import { Failure } from '../form/failure.tsx'
import { Field } from '../form/field.tsx'

const lengthHint = `At least ${passwordLength.min} characters.`

/** A form that adds a user. */
export function NewUserForm(props: { readonly onAdd: (user: NewUser) => Promise<void> }): JSX.Element {
  const [name, setName] = createSignal('')
  const [role, setRole] = createSignal<Role>('viewer')
  const [password, setPassword] = createSignal('')
  const attempt = createAttempt(async () => {
    await props.onAdd({ name: name().trim(), role: role(), password: password() })
    setName('')
    setPassword('')
  })
  const failureId = createUniqueId()
  const wrong = (field: string) => (attempt.failure()?.field === field ? failureId : undefined)
  return (
    <form
      class="form account-new"
      aria-label="Add a user"
      data-testid="new-user"
      onSubmit={(event) => {
        event.preventDefault()
        void attempt.run()
      }}
    >
      <h3>Add a user</h3>
      <div class="account-fields">
        <Field
          label="Name"
          name="new-user"
          autocomplete="off"
          value={name()}
          onInput={setName}
          wrong={wrong('name')}
        />
        <Choice
          label="Role"
          name="role"
          values={roles}
          value={role()}
          hint={sentence(roleWords[role()])}
          onChoose={setRole}
        />
        <Field
          label="Password"
          name="new-password"
          autocomplete="new-password"
          secret
          hint={lengthHint}
          value={password()}
          onInput={setPassword}
          wrong={wrong('password')}
        />
      </div>
      <Failure id={failureId} words={attempt.failure()?.message} />
      <div class="form-buttons">
        <button type="submit" class="button" data-kind="main" disabled={attempt.busy()}>
          Add
        </button>
      </div>
    </form>
  )
}

/** A form that gives a user another role, a new password, or both. */
export function ChangeUserForm(props: {
  readonly user: User
  readonly onChange: (change: UserChange) => Promise<void>
  readonly onCancel: () => void
}): JSX.Element {
  const [role, setRole] = createSignal<Role>(props.user.role)
  const [password, setPassword] = createSignal('')
  const attempt = createAttempt(() =>
    props.onChange({
      ...(role() === props.user.role ? {} : { role: role() }),
      ...(password() === '' ? {} : { password: password() }),
    }),
  )
  const failureId = createUniqueId()
  const isSame = () => role() === props.user.role && password() === ''
  let form!: HTMLFormElement
  onMount(() => form.querySelector('select')?.focus())
  return (
    <form
      class="form account-confirm"
      aria-label={`Change ${props.user.name}`}
      data-testid="change-user"
      ref={(element) => {
        form = element
      }}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isSame()) void attempt.run()
      }}
    >
      {/* Tells password managers whose password it is. */}
      <input type="text" autocomplete="username" value={props.user.name} hidden readonly />
      <div class="account-fields">
        <Choice
          label="Role"
          name="role"
          values={roles}
          value={role()}
          hint={sentence(roleWords[role()])}
          onChoose={setRole}
        />
        <Field
          label="New password"
          name="new-password"
          autocomplete="new-password"
          secret
          optional
          hint={`${lengthHint} Empty: the password stays.`}
          value={password()}
          onInput={setPassword}
          wrong={attempt.failure()?.field === 'password' ? failureId : undefined}
        />
      </div>
      <p class="account-minor">Another role or a new password ends every session of {props.user.name}.</p>
      <Failure id={failureId} words={attempt.failure()?.message} />
      <div class="form-buttons">
        <button type="submit" class="button" data-kind="main" disabled={attempt.busy() || isSame()}>
          Save
        </button>
        <button type="button" class="button" onClick={() => props.onCancel()}>
          Cancel
        </button>
      </div>
    </form>
  )
}
