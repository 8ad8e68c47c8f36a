import { type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import type { ThemeState } from '../../state/page/theme.ts'
import { Icon } from '../icon/icon.tsx'
import { OnceUsed } from '../once-used/once-used.tsx'

const ThemePanel = lazy(async () => ({
  default: (await loadPart(() => import('./theme-panel.tsx'))).ThemePanel,
}))

/** A button that opens the choice of colours and contrast. */
export function ThemeMenu(props: { readonly theme: ThemeState }): JSX.Element {
  const panel = createDisclosure()
  return (
    <div ref={panel.root}>
      <button
        type="button"
        class="footer-theme"
        aria-label="Colours and contrast"
        title="Colours and contrast"
        aria-expanded={panel.isOpen()}
        data-testid="theme"
        onClick={() => panel.set(!panel.isOpen())}
      >
        <Show when={props.theme.theme() === 'dark'} fallback={<Icon name="moon" />}>
          <Icon name="sun" />
        </Show>
      </button>
      <OnceUsed used={panel.isOpen()} load={ThemePanel.preload}>
        <Show when={panel.isOpen()}>
          <ThemePanel theme={props.theme} />
        </Show>
      </OnceUsed>
    </div>
  )
}
