import { For, type JSX, Match, Show, Switch } from 'solid-js'
import type { Who } from '../../../src/api/session.ts'
import { type Section, sectionNames, sectionsOf } from '../../domain/account/sections.ts'
import { sentence } from '../../domain/account/sign-in-words.ts'
import type { SessionState } from '../../state/account/session.ts'
import { Icon } from '../icon/icon.tsx'
import { Modal } from '../modal/modal.tsx'
import { TunnelHelp } from '../sign-in/elsewhere.tsx'
import { SignInForms } from '../sign-in/sign-in-forms.tsx'
import { Words } from '../words/words.tsx'
import { Audit } from './audit.tsx'
import { Sessions } from './sessions.tsx'
import { Users } from './users.tsx'

/** Props of {@link AccountDialog}. */
export interface AccountDialogProps {
  readonly who: Who
  readonly session: SessionState
  /** The section that is shown; undefined while the dialog is closed. */
  readonly section: Section | undefined
  readonly onSection: (section: Section) => void
  readonly onClose: () => void
}

/** The dialog with what is managed beside the map: sign-in, sessions, users, audit log. Escape closes it. */
export function AccountDialog(props: AccountDialogProps): JSX.Element {
  // A section that is no longer open to one, as the form after signing in, closes.
  const shown = () => {
    const { section } = props
    return section && sectionsOf(props.who).includes(section) ? section : undefined
  }
  return (
    <Modal
      open={shown() !== undefined}
      label={sectionNames[shown() ?? 'sessions']}
      class="account-dialog"
      testId="account-dialog"
      section={shown()}
      onClose={props.onClose}
    >
      <div class="account-head">
        <Show
          when={sectionsOf(props.who).length > 1}
          fallback={<h2>{sectionNames[shown() ?? 'sessions']}</h2>}
        >
          <nav class="segments" aria-label="Sections">
            <For each={sectionsOf(props.who)}>
              {(section) => (
                <button
                  type="button"
                  class="segment"
                  aria-pressed={section === shown()}
                  data-testid={`section-${section}`}
                  onClick={() => props.onSection(section)}
                >
                  {sectionNames[section]}
                </button>
              )}
            </For>
          </nav>
        </Show>
        <button
          type="button"
          class="card-close"
          aria-label="Close"
          data-testid="account-close"
          onClick={() => props.onClose()}
        >
          <Icon name="close" />
        </button>
      </div>
      <div class="account-body">
        <Switch>
          <Match when={shown() === 'sign-in'}>
            <SignInSection who={props.who} session={props.session} />
          </Match>
          <Match when={shown() === 'sessions'}>
            <Sessions session={props.session} />
          </Match>
          <Match when={shown() === 'users'}>
            <Users />
          </Match>
          <Match when={shown() === 'audit'}>
            <Audit />
          </Match>
        </Switch>
      </div>
    </Modal>
  )
}

function SignInSection(props: { readonly who: Who; readonly session: SessionState }): JSX.Element {
  return (
    <div class="sign-in-section">
      <Show when={props.who.signIn.refused} fallback={<SignInForms session={props.session} />}>
        {(words) => (
          <>
            <p>
              <Words text={sentence(words())} />
            </p>
            <TunnelHelp />
          </>
        )}
      </Show>
    </div>
  )
}
