import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { copyText } from '../../data/clipboard.ts'
import { type CommandOf, commandFor, terminalKeys } from '../../domain/keys/keys.ts'
import { stateWords } from '../../domain/pipe/state-words.ts'
import { asksBeforePaste, cleanPaste } from '../../domain/terminal/clean.ts'
import { settings } from '../../settings.ts'
import type { LookState } from '../../state/control/terminal-look.ts'
import type { TerminalRun } from '../../state/control/terminal-run.ts'
import { FindBar, type FindBarProps } from './find-bar.tsx'
import { LinkQuestion } from './link-question.tsx'
import { PasteQuestion } from './paste-question.tsx'
import './terminal.css'

/** Props of {@link TerminalView}. */
export interface TerminalViewProps {
  readonly run: TerminalRun
  readonly look: LookState
  /** Changes whenever the values of colours do. */
  readonly theme: string
  /** It is in front. */
  readonly shown: boolean
  /** It is to take the focus; told each time that this is asked for. */
  readonly wanted: boolean
  readonly label: string
  /** The search is open; told each time that this is asked for, which gives it the focus. */
  readonly finding: boolean
  readonly onFind: (open: boolean) => void
  /** The key that leaves the terminal was pressed. */
  readonly onLeave: () => void
}

/** A terminal. While it has the focus all keys are its own, but for those with Ctrl and Shift that are listed in the help. */
export function TerminalView(props: TerminalViewProps): JSX.Element {
  const { run } = props
  const [hovered, setHovered] = createSignal<string>()
  const [link, setLink] = createSignal<string>()
  const [pasted, setPasted] = createSignal<string>()
  const [found, setFound] = createSignal<FindBarProps['found']>({ at: 0, total: undefined })
  const [copied, setCopied] = createSignal('')
  let host!: HTMLDivElement
  let timer = 0

  const copy = async () => {
    const text = run.screen()?.selection() ?? ''
    if (text === '') return setCopied('Nothing is selected.')
    setCopied((await copyText(text)) ? 'Copied.' : 'The browser did not copy it.')
    run.screen()?.focus()
  }
  const paste = (text: string) => {
    const screen = run.screen()
    if (!screen) return
    if (asksBeforePaste(cleanPaste(text), screen.pasteModes())) setPasted(cleanPaste(text))
    else run.paste(text)
  }
  const takeKey = (event: KeyboardEvent): boolean => {
    const command = commandFor(terminalKeys, event)
    if (command === undefined) return false
    // Without preventing its default the browser pastes, which gives the event that is listened to below.
    if (command === 'paste') return true
    event.preventDefault()
    does[command]()
    return true
  }
  const does: Readonly<Record<Exclude<CommandOf<typeof terminalKeys>, 'paste'>, () => void>> = {
    leave: () => props.onLeave(),
    copy: () => void copy(),
    find: () => props.onFind(true),
    larger: () => props.look.zoom(1),
    smaller: () => props.look.zoom(-1),
  }
  const fitSoon = () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => run.screen()?.fit(), settings.terminal.resizePauseMs)
  }

  onMount(() => {
    run.view = {
      hover: setHovered,
      link: setLink,
      key: takeKey,
      found: (at, total) => setFound({ at, total }),
    }
    const onPaste = (event: ClipboardEvent) => {
      event.preventDefault()
      event.stopPropagation()
      paste(event.clipboardData?.getData('text/plain') ?? '')
    }
    // Before xterm.js hears it.
    host.addEventListener('paste', onPaste, true)
    // What is typed here is no key of the page.
    for (const type of ['keydown', 'keyup', 'keypress'])
      host.addEventListener(type, (event) => event.stopPropagation())
    const observer = new ResizeObserver(fitSoon)
    observer.observe(host)
    onCleanup(() => {
      observer.disconnect()
      window.clearTimeout(timer)
      run.view = undefined
    })
  })
  createEffect(() => run.screen()?.attach(host))
  createEffect(() => {
    run.screen()?.set({ fontSize: props.look.look().fontSize, reader: props.look.look().reader })
    run.screen()?.fit()
  })
  createEffect(() => {
    // The tokens are those of the theme once its attribute is set, which happens before effects.
    void props.theme
    run.screen()?.repaint()
  })
  createEffect(() => run.screen()?.set({ typing: run.takesKeys() }))
  createEffect(() => {
    if (props.shown) run.screen()?.fit()
  })
  createEffect<boolean>((before) => {
    if (before && !props.finding) run.screen()?.find('', 'next', true)
    return props.finding
  }, false)
  createEffect(() => {
    if (props.wanted && props.shown && !props.finding) run.screen()?.focus()
  })

  return (
    <div class="terminal-view" data-testid="terminal" data-state={run.state().kind}>
      <Show when={props.finding}>
        <FindBar
          found={found()}
          wanted={props.finding}
          onFind={(text, direction, typing) => run.screen()?.find(text, direction, typing)}
          onClose={() => {
            props.onFind(false)
            run.screen()?.focus()
          }}
        />
      </Show>
      <div
        class="terminal-host"
        ref={(element) => {
          host = element
        }}
      />
      <Show when={hovered()}>
        {/* Over the screen, whose size would change otherwise, and with it what the pointer is on. */}
        <p class="terminal-link surface" data-testid="terminal-link">
          Ctrl+click opens {hovered()}
        </p>
      </Show>
      <p class="terminal-note" role="status" data-tone={run.state().kind}>
        <span>{[run.refusal(), stateWords(run.state())].filter(Boolean).join(' ')}</span>
        <Show when={run.state().kind === 'elsewhere'}>
          <button
            type="button"
            class="button"
            data-testid="terminal-take-back"
            onClick={() => {
              run.takeBack()
              run.screen()?.focus()
            }}
          >
            Show it here
          </button>
        </Show>
      </p>
      <p class="for-readers" role="status">
        {copied()}
      </p>
      <PasteQuestion
        text={pasted()}
        label={props.label}
        onPaste={(text) => {
          setPasted(undefined)
          run.paste(text)
          run.screen()?.focus()
        }}
        onClose={() => {
          setPasted(undefined)
          run.screen()?.focus()
        }}
      />
      <LinkQuestion
        address={link()}
        onClose={() => {
          setLink(undefined)
          run.screen()?.focus()
        }}
      />
    </div>
  )
}
