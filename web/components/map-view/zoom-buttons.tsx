import type { JSX } from 'solid-js'
import { settings } from '../../settings.ts'
import { Icon, type IconName } from '../icon/icon.tsx'
import { SaveMenu } from './save-menu.tsx'

/** Props of {@link ZoomButtons}. */
export interface ZoomButtonsProps {
  readonly onZoom: (factor: number) => void
  readonly onFit: () => void
  readonly onTidy: () => void
  /** The map is to be saved as a picture: what is seen of it, or the whole. */
  readonly onSave: (format: 'svg' | 'png', whole: boolean) => void
  readonly onPrint: () => void
  readonly ref: (element: HTMLElement) => void
  /** A card is open at the right, so stay left of it. */
  readonly beside: boolean
}

/** Buttons to zoom in and out, to show the whole map, and to lay it out again. */
export function ZoomButtons(props: ZoomButtonsProps): JSX.Element {
  return (
    <div
      class="zoom surface"
      role="toolbar"
      aria-label="Map"
      data-beside={props.beside}
      ref={(element) => props.ref(element)}
    >
      <Button
        name="plus"
        label="Zoom in"
        hint="Zoom in  +"
        onPress={() => props.onZoom(settings.camera.zoomStep)}
      />
      <Button
        name="minus"
        label="Zoom out"
        hint="Zoom out  −"
        onPress={() => props.onZoom(1 / settings.camera.zoomStep)}
      />
      <Button name="fit" label="Show all" hint="Show all  0" onPress={() => props.onFit()} />
      <SaveMenu onSave={props.onSave} onPrint={props.onPrint} />
      <Button name="tidy" label="Tidy up" hint="Arrange everything anew" onPress={() => props.onTidy()} />
    </div>
  )
}

function Button(props: {
  readonly name: IconName
  readonly label: string
  readonly hint: string
  readonly onPress: () => void
}): JSX.Element {
  return (
    <button type="button" aria-label={props.label} title={props.hint} onClick={() => props.onPress()}>
      <Icon name={props.name} />
    </button>
  )
}
