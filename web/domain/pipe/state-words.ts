/** How a pipe is, as its state tells it. */
interface State {
  readonly kind: 'connecting' | 'live' | 'reconnecting' | 'elsewhere' | 'ended'
  readonly words?: string
}

/** How a pipe is, for people; empty while there is nothing to say. */
export function stateWords(state: State): string {
  switch (state.kind) {
    case 'connecting':
      return 'Connecting …'
    case 'live':
      return ''
    case 'reconnecting':
      return 'The connection is lost. This page connects again by itself; no output is lost.'
    case 'elsewhere':
      return 'Another window shows it now.'
    case 'ended': {
      const words = state.words ?? 'ended'
      return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`.replace(/\.\.$/, '.')
    }
  }
}

/** How it is in the sense of colours. */
export function stateTone(state: State): 'ok' | 'warn' | 'quiet' {
  if (state.kind === 'live') return 'ok'
  if (state.kind === 'reconnecting') return 'warn'
  return 'quiet'
}

/** How several pipes are together: ended when each of them has. Without any, they are being connected. */
export function stateOfAll<S extends State>(states: readonly S[]): S | { readonly kind: 'connecting' } {
  return states.find(({ kind }) => kind !== 'ended') ?? states[0] ?? { kind: 'connecting' }
}
