import { type JSX, lazy, Show } from 'solid-js'
import type { ShownView } from '../../data/controls.ts'
import { loadPart } from '../../data/load-part.ts'
import type { Disclosure } from '../../state/page/disclosure.ts'
import { OnceUsed } from '../once-used/once-used.tsx'
import './troubleshooting.css'

const Panel = lazy(async () => ({ default: (await loadPart(() => import('./panel.tsx'))).Panel }))

/** Props of {@link Troubleshooting}. */
export interface TroubleshootingProps {
  /** Whether its panel is open. It stays the same. */
  readonly panel: Disclosure
  /** Version of the app; undefined before it is known. */
  readonly version: string | undefined
  /** Name of the host that the app runs on; undefined before it is known. */
  readonly hostname: string | undefined
  /** The view that is shown, with its options. */
  readonly view: ShownView | undefined
}

/** The version of the app and the host that it runs on. A press opens a panel that tells how the app fares, and has what helps to find out what is wrong. */
export function Troubleshooting(props: TroubleshootingProps): JSX.Element {
  const { panel } = props
  return (
    <div class="troubleshooting" ref={panel.root}>
      <button
        type="button"
        class="health-line"
        data-testid="troubleshooting-open"
        aria-expanded={panel.isOpen()}
        title="How the app fares, and what helps when something is wrong"
        onClick={() => panel.set(!panel.isOpen())}
      >
        Scope <span class="footer-more">{props.version}</span>{' '}
        <Show when={props.hostname}>{(name) => <span class="footer-host">on {name()}</span>}</Show>
      </button>
      <OnceUsed used={panel.isOpen()} load={Panel.preload}>
        <Show when={panel.isOpen()}>
          <Panel version={props.version} hostname={props.hostname} view={props.view} />
        </Show>
      </OnceUsed>
    </div>
  )
}
