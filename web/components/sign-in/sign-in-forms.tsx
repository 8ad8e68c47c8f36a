import { createSignal, createUniqueId, type JSX, onMount, Show } from 'solid-js'
import type { RequestError } from '../../data/client.ts'
import { codeOfText } from '../../domain/account/code.ts'
import { signInFailureWords } from '../../domain/account/sign-in-words.ts'
import { createAttempt } from '../../state/account/attempt.ts'
import type { SessionState } from '../../state/account/session.ts'
import { Failure } from '../form/failure.tsx'
import { Field } from '../form/field.tsx'

interface FormProps {
  readonly session: SessionState
  /** Whether the form gets the focus when it appears. */
  readonly first: boolean
}

/** The ways to sign in that are possible on this connection. */
export function SignInForms(props: { readonly session: SessionState }): JSX.Element {
  const ways = () => props.session.who()?.signIn
  return (
    <>
      <Failure words={failureOf({ failure: props.session.linkFailure })} />
      <Show when={ways()?.proxy}>
        <ByProxy session={props.session} />
      </Show>
      <Show when={ways()?.password}>
        <ByPassword session={props.session} first={true} />
      </Show>
      <ByCode session={props.session} first={ways()?.password !== true} />
    </>
  )
}

function failureOf(attempt: { readonly failure: () => RequestError | undefined }): string | undefined {
  const failure = attempt.failure()
  return failure && signInFailureWords(failure)
}

function ByProxy(props: { readonly session: SessionState }): JSX.Element {
  const attempt = createAttempt(() => props.session.signIn({ proxy: true }))
  const name = () => {
    const who = props.session.who()
    return who?.by === 'proxy' ? who.name : undefined
  }
  return (
    <div class="form">
      <button
        type="button"
        class="button sign-in-button"
        data-kind="main"
        data-testid="sign-in-proxy"
        disabled={attempt.busy()}
        onClick={() => void attempt.run()}
      >
        {name() === undefined ? 'Sign in through the proxy' : `Sign in as ${name()}`}
      </button>
      <p class="field-hint">The proxy in front of Scope says who you are.</p>
      <Failure words={failureOf(attempt)} />
    </div>
  )
}

function ByPassword(props: FormProps): JSX.Element {
  const [user, setUser] = createSignal('')
  const [password, setPassword] = createSignal('')
  const attempt = createAttempt(() => props.session.signIn({ user: user().trim(), password: password() }))
  const failureId = createUniqueId()
  let name!: HTMLInputElement
  let secret!: HTMLInputElement
  onMount(() => props.first && name.focus())
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (await attempt.run()) return
    secret.focus()
    secret.select()
  }
  const wrong = () => (attempt.failure()?.status === 401 ? failureId : undefined)
  return (
    <form class="form" aria-label="Sign in with a password" data-testid="sign-in-password" onSubmit={submit}>
      <Field
        label="User name"
        name="username"
        autocomplete="username"
        value={user()}
        onInput={setUser}
        wrong={wrong()}
        ref={(element) => (name = element)}
      />
      <Field
        label="Password"
        name="password"
        autocomplete="current-password"
        secret
        value={password()}
        onInput={setPassword}
        wrong={wrong()}
        ref={(element) => (secret = element)}
      />
      <Failure id={failureId} words={failureOf(attempt)} />
      <button type="submit" class="button sign-in-button" data-kind="main" disabled={attempt.busy()}>
        {attempt.busy() ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  )
}

function ByCode(props: FormProps): JSX.Element {
  const [text, setText] = createSignal('')
  const attempt = createAttempt(() => props.session.signIn({ code: codeOfText(text()) }))
  const failureId = createUniqueId()
  let field!: HTMLInputElement
  onMount(() => props.first && field.focus())
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (await attempt.run()) return
    field.focus()
    field.select()
  }
  return (
    <form class="form" aria-label="Sign in with a link" data-testid="sign-in-code" onSubmit={submit}>
      <h2 class="sign-in-way">
        <Show when={!props.first} fallback="With a link">
          Or with a link
        </Show>
      </h2>
      <p>
        Run <code>scope token --link</code> on the machine that Scope runs on, as the user who launched it.
        Open the link that it prints in this browser, or paste it here.
      </p>
      <Field
        label="Link or code"
        name="code"
        autocomplete="one-time-code"
        code
        value={text()}
        onInput={setText}
        wrong={attempt.failure()?.status === 401 ? failureId : undefined}
        ref={(element) => (field = element)}
      />
      <Failure id={failureId} words={failureOf(attempt)} />
      <button
        type="submit"
        class="button sign-in-button"
        data-kind={props.first ? 'main' : undefined}
        disabled={attempt.busy()}
      >
        Sign in with the link
      </button>
    </form>
  )
}
