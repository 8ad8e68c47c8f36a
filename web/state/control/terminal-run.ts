import { type Accessor, createSignal } from 'solid-js'
import { endPipe, openPipe, type Pipe, type PipeState } from '../../data/live/pipe.ts'
import { loadPart } from '../../data/load-part.ts'
import { cleanPaste } from '../../domain/terminal/clean.ts'
import { createLineEditor } from '../../domain/terminal/line-editor.ts'
import type { TerminalLook } from '../../domain/terminal/look.ts'
import type { Screen, ScreenEvents } from '../../terminal/screen.ts'
import type { KeptTerminal } from './kept.ts'
import type { SessionToOpen } from './session-to-open.ts'

/** What the view of a terminal is told. The first view of a run sets it. */
export type TerminalView = Pick<ScreenEvents, 'hover' | 'link' | 'key' | 'found'>

/** A terminal: its pipe and its screen, whether it is shown or not. */
export interface TerminalRun {
  readonly state: Accessor<PipeState>
  /** What the program calls itself; empty when it has not told. */
  readonly title: Accessor<string>
  /** Undefined until the code of terminals has been loaded. */
  readonly screen: Accessor<Screen | undefined>
  /** Why what is typed is not sent, in words; empty when it is, and when the state tells it. */
  readonly refusal: Accessor<string>
  /** Whether what is typed has somewhere to go: it has not ended, and no other window shows it. */
  readonly takesKeys: Accessor<boolean>
  view: TerminalView | undefined
  paste(text: string): void
  /** Shows it here again, after it was shown elsewhere. */
  takeBack(): void
  /** What it shows, to go on elsewhere; undefined before there is anything. */
  kept(): KeptTerminal | undefined
  /** Stops without ending what runs at the other end. */
  leave(): void
  /** Ends what runs at the other end, and stops. After {@link leave} it does nothing. */
  end(): void
}

const TOO_MUCH = 'What was typed last was not sent: too much is waiting.'
const INPUT_ENDED = 'The input has ended.'

const encoder = new TextEncoder()
/** Text of the error output is red, where it comes apart. */
const RED = '\u001b[31m'
const DEFAULT_COLOUR = '\u001b[39m'
const DIM = '\u001b[2m'
const NORMAL = '\u001b[22m'

/** Starts a terminal for a pipe. @param kept what it showed before */
export function startTerminal(
  source: SessionToOpen,
  look: TerminalLook,
  kept: KeptTerminal | undefined,
): TerminalRun {
  const [state, setState] = createSignal<PipeState>(
    kept?.ended === undefined ? { kind: 'connecting' } : { kind: 'ended', words: kept.ended },
  )
  const [title, setTitle] = createSignal(kept?.title ?? '')
  const [screen, setScreen] = createSignal<Screen>()
  const [refusal, setRefusal] = createSignal('')
  let pipe: Pipe | undefined
  let isOver = false
  let isInputOver = false

  const takesKeys = () => state().kind !== 'ended' && state().kind !== 'elsewhere'
  const inputEnded = () => {
    isInputOver = true
    setRefusal(INPUT_ENDED)
  }
  const send = (bytes: Uint8Array) => {
    if (!takesKeys()) return
    if (isInputOver) return setRefusal(INPUT_ENDED)
    const isSent = pipe?.input(bytes) ?? false
    setRefusal(isSent ? '' : TOO_MUCH)
  }
  const editor = source.tty ? undefined : createLineEditor()
  const type = (data: string) => {
    if (!editor) return send(encoder.encode(data))
    if (!takesKeys()) return
    if (isInputOver) return setRefusal(INPUT_ENDED)
    const { echo, input, ends } = editor.type(data)
    screen()?.write(echo)
    if (input) send(encoder.encode(input))
    if (!ends) return
    pipe?.endInput()
    inputEnded()
  }

  const run: TerminalRun = {
    state,
    title,
    screen,
    refusal,
    takesKeys,
    view: undefined,
    paste(text) {
      screen()?.paste(cleanPaste(text))
    },
    takeBack: () => pipe?.takeBack(),
    kept() {
      const shown = screen()
      if (!shown) return kept
      const now = state()
      return {
        text: shown.serialize(),
        size: shown.size(),
        position: pipe?.position() ?? kept?.position ?? 0,
        title: title(),
        ...(now.kind === 'ended' && { ended: now.words }),
      }
    },
    leave() {
      if (isOver) return
      isOver = true
      pipe?.leave()
      screen()?.dispose()
    },
    end() {
      if (isOver) return
      isOver = true
      if (pipe) pipe.end()
      else if (state().kind !== 'ended') void endPipe(source.pipe)
      screen()?.dispose()
    },
  }

  const begin = async () => {
    const { createScreen } = await loadPart(() => import('../../terminal/screen.ts'))
    if (isOver) return
    const made = createScreen(
      {
        tty: source.tty,
        ...look,
        ...(kept && { content: { text: kept.text, size: kept.size } }),
      },
      {
        data: type,
        binary: send,
        title: setTitle,
        resize: (size) => source.tty && pipe?.resize(size),
        hover: (address) => run.view?.hover(address),
        link: (address) => run.view?.link(address),
        key: (event) => run.view?.key(event) ?? false,
        found: (at, total) => run.view?.found(at, total),
      },
    )
    setScreen(made)
    if (state().kind === 'ended') return
    pipe = openPipe(
      source.pipe,
      {
        output(lane, bytes, done) {
          if (lane === 'out') return made.write(bytes, done)
          made.write(RED)
          made.write(bytes)
          made.write(DEFAULT_COLOUR, done)
        },
        lost: (sizeBytes) =>
          made.write(
            `\r\n${DIM}[${sizeBytes} bytes that another window showed are missing here]${NORMAL}\r\n`,
          ),
        inputEnded,
        state(now) {
          setState(now)
          if (!takesKeys()) setRefusal('')
        },
      },
      kept?.position,
    )
    if (source.tty) pipe.resize(made.size())
  }
  begin().catch((error: unknown) => {
    setState({ kind: 'ended', words: `the page could not load its terminal: ${String(error)}` })
  })
  return run
}
