import { createEffect, type JSX, onMount } from 'solid-js'
import { giveFocusBack } from '../../state/page/give-focus.ts'

/** Props of {@link Modal}. */
export interface ModalProps {
  readonly open: boolean
  /** Label of the whole dialog for screen readers. */
  readonly label: string
  readonly class: string
  readonly testId: string
  /** What of the dialog is shown, for style sheets. */
  readonly section?: string | undefined
  /** A press outside does not close it, since what it shows would be lost. */
  readonly stays?: boolean
  readonly onClose: () => void
  readonly children: JSX.Element
}

/**
 * A dialog over the page. Escape or a press outside of it closes it, and the focus returns to where it was. Its keys are
 * not those of the map and of the cards behind it.
 */
export function Modal(props: ModalProps): JSX.Element {
  let dialog!: HTMLDialogElement
  let before: Element | null = null
  onMount(() => {
    // Listeners of the element itself, because Solid's are called only once an event has reached the document.
    dialog.addEventListener('keydown', (event) => {
      event.stopPropagation()
      if (event.key !== 'Escape') return
      // By ourselves: the browser would tell that it has closed the dialog only some time after.
      event.preventDefault()
      props.onClose()
    })
    // A click hits what the press and the release have in common: that of text that is selected beyond the edge is the dialog itself.
    let beganOutside = false
    const isOutside = ({ target, clientX, clientY }: MouseEvent) => {
      const { left, right, top, bottom } = dialog.getBoundingClientRect()
      return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom)
    }
    dialog.addEventListener('pointerdown', (event) => {
      beganOutside = isOutside(event)
    })
    dialog.addEventListener('click', (event) => {
      if (beganOutside && isOutside(event) && !props.stays) props.onClose()
    })
  })
  createEffect(() => {
    if (props.open) {
      if (dialog.open) return
      before = document.activeElement
      dialog.showModal()
      return
    }
    if (!dialog.open) return
    dialog.close()
    // The browser gives it back only to what is still there, and otherwise leaves it in the hidden dialog until it paints: a
    // key pressed meanwhile would be lost there.
    giveFocusBack(before)
  })
  return (
    <dialog
      class={`${props.class} surface`}
      aria-label={props.label}
      data-testid={props.testId}
      data-section={props.section}
      ref={(element) => {
        dialog = element
      }}
      // This is told some time after: it may have been opened anew meanwhile.
      onClose={() => dialog.open || props.onClose()}
    >
      {props.children}
    </dialog>
  )
}
