import { createSignal } from 'solid-js'
import { lookFrom, type TerminalLook, zoomedLook } from '../../domain/terminal/look.ts'
import { settings } from '../../settings.ts'

/** How terminals look, in all windows of this browser that open from now on. */
export interface LookState {
  readonly look: () => TerminalLook
  /** Makes the text larger or smaller. @param step in pixels */
  zoom(step: number): void
  toggleReader(): void
}

const key = 'scope.terminal'

/** The look that was chosen last, and how to change it. */
export function createLook(): LookState {
  const sizes = settings.terminal.fontSize
  const [look, setLook] = createSignal<TerminalLook>(lookFrom(read(), sizes))
  const change = (to: TerminalLook) => {
    setLook(to)
    try {
      localStorage.setItem(key, JSON.stringify(to))
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }
  return {
    look,
    zoom: (step) => change(zoomedLook(look(), step, sizes)),
    toggleReader: () => change({ ...look(), reader: !look().reader }),
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be forbidden.
    return null
  }
}
