import { createEffect, createMemo, ErrorBoundary, type JSX, lazy, Match, Show, Switch } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { endedWords, type Screen, screenFor } from '../../domain/account/who.ts'
import { createSession, type SessionState } from '../../state/account/session.ts'
import { createRouter, type PageRouter } from '../../state/page/router.ts'
import { createTheme } from '../../state/page/theme.ts'
import { App } from '../app/app.tsx'
import { MissingPart } from './missing-part.tsx'
import '../form/form.css'
import './page.css'

const SignIn = lazy(async () => ({
  default: (await loadPart(() => import('../sign-in/sign-in.tsx'))).SignIn,
}))

/**
 * The page: the map for those who may see it, else the sign-in form. The route stays in the address, so that after signing
 * in the map is as it was.
 */
export function Page(props: {
  /** The one-time code of the link by which the page was opened. */
  readonly code: string | undefined
}): JSX.Element {
  const session = createSession(props.code)
  const router = createRouter((code) => void session.useLink(code))
  const screen = createMemo(() => screenFor(session.who()))
  const said = () => {
    const ended = session.ended()
    if (ended) return endedWords[ended]
    const who = session.who()
    return who?.by === 'session' ? `Signed in as ${who.name}.` : ''
  }
  createEffect(() => {
    if (screen() === 'sign-in') document.title = 'Sign in · Scope'
  })
  return (
    <>
      <p class="for-readers" role="status">
        {said()}
      </p>
      <ErrorBoundary fallback={(error: unknown) => <Broken error={error} />}>
        <Shown session={session} router={router} screen={screen()} />
      </ErrorBoundary>
      <MissingPart />
    </>
  )
}

/** What is shown of the page, in the theme. */
function Shown(props: {
  readonly session: SessionState
  readonly router: PageRouter
  readonly screen: Screen
}): JSX.Element {
  const theme = createTheme()
  return (
    <Switch>
      <Match when={props.screen === 'map'}>
        <App session={props.session} router={props.router} theme={theme} />
      </Match>
      <Match when={props.screen === 'sign-in'}>
        <SignIn session={props.session} />
      </Match>
      <Match when={props.screen === 'waiting'}>
        <Waiting failure={props.session.failure()?.message} />
      </Match>
    </Switch>
  )
}

function Waiting(props: { readonly failure: string | undefined }): JSX.Element {
  return (
    <main class="waiting" data-testid="waiting">
      <Show when={props.failure}>
        <h1>The app cannot be reached</h1>
        <p>{props.failure} This page tries again by itself; "scope status" tells how the app does.</p>
      </Show>
    </main>
  )
}

/** What is shown instead of the page when drawing it has failed. */
function Broken(props: { readonly error: unknown }): JSX.Element {
  console.error(props.error)
  const message = () => (props.error instanceof Error ? props.error.message : String(props.error))
  return (
    <main class="waiting" data-testid="broken">
      <div role="alert">
        <h1>This page has failed</h1>
        <p>
          {message()}. What runs on the machines goes on. Load the page again; if it fails again, its browser
          may lack something, and the console of the browser tells where it failed.
        </p>
      </div>
      <button type="button" class="button" onClick={() => location.reload()}>
        Load again
      </button>
    </main>
  )
}
