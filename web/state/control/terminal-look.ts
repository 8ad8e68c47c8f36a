import { createSignal } from 'solid-js'
import { settings } from '../../settings.ts'
import type { TerminalLook } from './terminal-run.ts'

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
  const { first, min, max } = settings.terminal.fontSize
  const within = (size: number) => Math.min(max, Math.max(min, size))
  const [look, setLook] = createSignal<TerminalLook>(remembered(first, within))
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
    zoom: (step) => change({ ...look(), fontSize: within(look().fontSize + step) }),
    toggleReader: () => change({ ...look(), reader: !look().reader }),
  }
}

function remembered(first: number, within: (size: number) => number): TerminalLook {
  try {
    const { fontSize, reader } = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<TerminalLook>
    return { fontSize: within(Number(fontSize) || first), reader: reader === true }
  } catch {
    return { fontSize: first, reader: false }
  }
}
