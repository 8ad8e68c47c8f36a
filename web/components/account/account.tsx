import { createEffect, type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import type { Section } from '../../domain/account/sections.ts'
import { signInFailureWords } from '../../domain/account/sign-in-words.ts'
import { endedWords, shortName } from '../../domain/account/who.ts'
import type { Attempt } from '../../state/account/attempt.ts'
import type { SessionState } from '../../state/account/session.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import { Icon } from '../icon/icon.tsx'
import { OnceUsed } from '../once-used/once-used.tsx'
import { Words } from '../words/words.tsx'
import './account.css'

const AccountDialog = lazy(async () => ({
  default: (await loadPart(() => import('./account-dialog.tsx'))).AccountDialog,
}))

const AccountMenu = lazy(async () => ({
  default: (await loadPart(() => import('./account-menu.tsx'))).AccountMenu,
}))

/** Props of {@link Account}. */
export interface AccountProps {
  readonly session: SessionState
  /** Signs out here. */
  readonly leaving: Attempt<[]>
  /** The section of the dialog that is shown; undefined while the dialog is closed. */
  readonly section: Section | undefined
  readonly onSection: (section: Section | undefined) => void
}

/** Who is asking, with the ways to sign in and out, and to what is managed beside the map. */
export function Account(props: AccountProps): JSX.Element {
  const menu = createDisclosure()
  const setSection = (section: Section | undefined) => props.onSection(section)
  const who = () => props.session.who()
  const open = (wanted: Section) => {
    menu.set(false)
    setSection(wanted)
  }
  // A link that did not sign in says so where one signs in.
  createEffect(() => {
    if (props.session.linkFailure()) setSection('sign-in')
  })
  const note = () => {
    const ended = props.session.ended()
    if (ended) return `${endedWords[ended]} You still see the map, but may change nothing.`
    if (props.leaving.failure() && !menu.isOpen()) return props.leaving.failure()?.message
    const failure = props.session.linkFailure()
    return failure && who()?.by === 'session' ? signInFailureWords(failure) : undefined
  }
  return (
    <div class="account" ref={menu.root}>
      <Show when={who()}>
        {(now) => (
          <>
            <button
              type="button"
              class="account-button"
              data-testid="account"
              aria-expanded={menu.isOpen()}
              aria-label={`You: ${shortName(now())}, ${now().role}`}
              title={`${now().name}, ${now().role}`}
              onClick={() => menu.set(!menu.isOpen())}
            >
              <Icon name="person" />
              <span class="account-short">{shortName(now())}</span>
            </button>
            <OnceUsed used={menu.isOpen()} load={AccountMenu.preload}>
              <Show when={menu.isOpen()}>
                <AccountMenu who={now()} leaving={props.leaving} onOpen={open} />
              </Show>
            </OnceUsed>
            <OnceUsed used={props.section !== undefined} load={AccountDialog.preload}>
              <AccountDialog
                who={now()}
                session={props.session}
                section={props.section}
                onSection={setSection}
                onClose={() => setSection(undefined)}
              />
            </OnceUsed>
          </>
        )}
      </Show>
      <Show when={note()}>
        {(words) => (
          <div class="account-note surface" data-testid="note">
            <p>
              <Words text={words()} />
            </p>
            <button
              type="button"
              class="card-close"
              aria-label="Close this note"
              onClick={() => {
                props.leaving.forget()
                props.session.forgetNotes()
              }}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
      </Show>
    </div>
  )
}
