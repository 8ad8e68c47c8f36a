/** The colours and fonts of the style sheet's tokens, as the canvas needs them. */
export interface Tokens {
  readonly bg: string
  readonly surface: string
  readonly line: string
  readonly text: string
  readonly text2: string
  readonly accent: string
  readonly ok: string
  readonly warn: string
  readonly fail: string
  readonly traffic: string
  readonly edge: string
  readonly groups: readonly string[]
  readonly font: string
  /** Opacity of nodes and edges outside the focus. */
  readonly dim: number
}

/** Reads the current values of the tokens. To be called again when the theme changes. */
export function readTokens(element: Element): Tokens {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    bg: read('--bg'),
    surface: read('--surface'),
    line: read('--line'),
    text: read('--text'),
    text2: read('--text-2'),
    accent: read('--accent'),
    ok: read('--ok'),
    warn: read('--warn'),
    fail: read('--fail'),
    traffic: read('--traffic'),
    edge: read('--edge'),
    groups: ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7', '--c8'].map(read),
    font: read('--font'),
    dim: Number(read('--dim')),
  }
}
