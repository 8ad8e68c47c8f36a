import type { JSX } from 'solid-js'
import { settings } from '../../settings.ts'

/** Props of {@link EdgeHandle}. */
export interface EdgeHandleProps {
  /** Height of the drawer as a share of the page's. */
  readonly share: number
  readonly onShare: (share: number) => void
}

const percent = (share: number) => Math.round(share * 100)

/** The upper edge of the drawer: it is moved by dragging, or by the arrow keys, Home and End. */
export function EdgeHandle(props: EdgeHandleProps): JSX.Element {
  const { shareMin, shareMax, shareStep } = settings.drawer
  const set = (share: number) => props.onShare(Math.min(shareMax, Math.max(shareMin, share)))
  const onDown = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.button !== 0) return
    const handle = event.currentTarget
    const drawer = handle.parentElement?.getBoundingClientRect()
    if (drawer === undefined) return
    handle.setPointerCapture(event.pointerId)
    // The edge stays as far above the pointer as it was when it was pressed.
    const below = drawer.bottom + event.clientY - drawer.top
    const move = ({ clientY }: PointerEvent) => set((below - clientY) / window.innerHeight)
    const done = () => {
      handle.removeEventListener('pointermove', move)
      handle.removeEventListener('pointerup', done)
      handle.removeEventListener('pointercancel', done)
    }
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', done)
    handle.addEventListener('pointercancel', done)
    event.preventDefault()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp') set(props.share + shareStep)
    else if (event.key === 'ArrowDown') set(props.share - shareStep)
    else if (event.key === 'Home') set(shareMax)
    else if (event.key === 'End') set(shareMin)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no rule between paragraphs
    <div
      class="drawer-handle"
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the drawer"
      aria-valuenow={percent(props.share)}
      aria-valuemin={percent(shareMin)}
      aria-valuemax={percent(shareMax)}
      data-testid="drawer-handle"
      on:pointerdown={onDown}
      on:keydown={onKey}
    />
  )
}
