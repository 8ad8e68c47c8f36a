import type { JSX } from 'solid-js'
import { Icon, type IconName } from '../icon/icon.tsx'

/** Props of {@link SheetTool}. */
export interface SheetToolProps {
  readonly icon: IconName
  readonly label: string
  /** The label with the key that does the same. */
  readonly hint: string
  readonly onPress: () => void
}

/** A button with an icon in the bar of a sheet. */
export function SheetTool(props: SheetToolProps): JSX.Element {
  return (
    <button
      type="button"
      class="sheet-tool"
      aria-label={props.label}
      title={props.hint}
      onClick={() => props.onPress()}
    >
      <Icon name={props.icon} />
    </button>
  )
}
