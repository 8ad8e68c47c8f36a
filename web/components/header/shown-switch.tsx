import { For, type JSX } from 'solid-js'
import type { ShownKind } from '../../domain/address/shown.ts'
import { Icon, type IconName } from '../icon/icon.tsx'

interface Way {
  readonly kind: ShownKind
  readonly label: string
  readonly icon: IconName
  readonly key: string
}

const ways: readonly Way[] = [
  { kind: 'map', label: 'Map', icon: 'map', key: 'G' },
  { kind: 'table', label: 'Table', icon: 'table', key: 'T' },
  { kind: 'resources', label: 'Resources', icon: 'resources', key: 'R' },
  { kind: 'matrix', label: 'Matrix', icon: 'matrix', key: 'X' },
]

/** Props of {@link ShownSwitch}. */
export interface ShownSwitchProps {
  readonly shown: ShownKind
  readonly onShow: (kind: ShownKind) => void
}

/** Chooses between map, table, resources and matrix. */
export function ShownSwitch(props: ShownSwitchProps): JSX.Element {
  return (
    <fieldset class="segments shown-switch" aria-label="Show as">
      <For each={ways}>
        {(way) => (
          <button
            type="button"
            class="segment"
            data-testid="show"
            data-show={way.kind}
            aria-label={way.label}
            aria-pressed={props.shown === way.kind}
            title={`${way.label}  ${way.key}`}
            onClick={() => props.onShow(way.kind)}
          >
            <Icon name={way.icon} />
          </button>
        )}
      </For>
    </fieldset>
  )
}
