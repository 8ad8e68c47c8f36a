import { createSignal, type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import type { Section } from '../../domain/account/sections.ts'
import { nothingLeftOut } from '../../domain/address/route.ts'
import { createAttempt } from '../../state/account/attempt.ts'
import type { SessionState } from '../../state/account/session.ts'
import { createAppState } from '../../state/app-state.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import { keepFocus } from '../../state/page/keep-focus.ts'
import type { PageRouter } from '../../state/page/router.ts'
import type { ThemeState } from '../../state/page/theme.ts'
import { Account } from '../account/account.tsx'
import { focusCard } from '../card/card-frame.tsx'
import { Controls } from '../controls/controls.tsx'
import { DrawerPlace } from '../drawer/drawer-place.tsx'
import { Footer } from '../footer/footer.tsx'
import { Header } from '../header/header.tsx'
import { OnceUsed } from '../once-used/once-used.tsx'
import { CardPlace } from './card-place.tsx'
import { createCommands } from './commands.ts'
import { PalettePlace } from './palette-place.tsx'
import { ShownPlace } from './shown-place.tsx'
import { Tools } from './tools.tsx'
import './app.css'

const Findings = lazy(async () => ({
  default: (await loadPart(() => import('../findings/findings.tsx'))).Findings,
}))
const Help = lazy(async () => ({ default: (await loadPart(() => import('../help/help.tsx'))).Help }))

/** Props of {@link App}. */
export interface AppProps {
  readonly session: SessionState
  readonly router: PageRouter
  readonly theme: ThemeState
}

/** What those see who may see the map: the map, and the header, footer, options and cards that float over it. */
export function App(props: AppProps): JSX.Element {
  const { router, theme } = props
  const [section, setSection] = createSignal<Section>()
  const [helpOpen, setHelpOpen] = createSignal(false)
  const [paletteOpen, setPaletteOpen] = createSignal(false)
  const [optionsTop, setOptionsTop] = createSignal(0)
  const app = createAppState({
    session: props.session,
    router,
    theme,
    signIn: () => setSection('sign-in'),
    focusCard,
  })
  const { info, live, events, findings, current, card, near, lighter, search, acting, navigation, isMap } =
    app
  const panels = { events: createDisclosure(), troubleshooting: createDisclosure() }
  const leaving = createAttempt(() => props.session.signOut('here'))
  const commands = createCommands(app, {
    openPalette: () => setPaletteOpen(true),
    toggleHelp: () => setHelpOpen(!helpOpen()),
    panels,
    signOut: () => void leaving.run(),
  })

  let root!: HTMLDivElement
  keepFocus(() => root)

  return (
    <div
      class="app"
      ref={(element) => {
        root = element
      }}
    >
      <main tabindex="-1">
        <ShownPlace app={app} commands={commands} optionsTop={optionsTop()} />
        <OnceUsed used={findings.document().total > 0} load={Findings.preload}>
          <Findings findings={findings} route={router.route()} beside={card.isOpen()} onMap={isMap()} />
        </OnceUsed>
        <Show when={isMap()}>
          <Tools app={app} commands={commands} onOptionsTop={setOptionsTop} />
        </Show>
      </main>
      <p class="for-readers" role="status" data-testid="announcement">
        {app.announcement()}
      </p>
      <Header
        views={info.views() ?? []}
        current={current.found()}
        search={search}
        total={live.content().graph.nodes.size}
        shown={router.route().shown.kind}
        onShow={navigation.show}
        account={
          <Account session={props.session} leaving={leaving} section={section()} onSection={setSection} />
        }
        onView={current.open}
        onFilter={navigation.filterBy}
        onOpen={(view, id) =>
          navigation.openNodeIn(
            view,
            id,
            view === current.id() && near.content().graph.nodes.has(id) ? {} : nothingLeftOut,
          )
        }
        onAct={acting.openBatch}
        onSearchInput={commands.takeSearchInput}
      />
      <CardPlace app={app} />
      <Footer
        content={near.content()}
        lighter={isMap() ? lighter.thinned().lighter.size : 0}
        view={current.view()}
        probes={info.probes()}
        liveness={live.liveness()}
        pause={{
          ...{ paused: live.paused(), sinceMs: live.pausedSinceMs() },
          ...{ missed: live.missed(), onPause: live.pause },
          filtered: live.content().query !== undefined,
        }}
        demo={info.isDemo()}
        version={info.version()}
        hostname={info.hostname()}
        shown={current.shown()}
        events={events}
        panels={panels}
        theme={theme}
        onEvent={navigation.openEvent}
        onHelp={() => setHelpOpen(true)}
      />
      <DrawerPlace theme={theme.look()} />
      <Controls
        acting={acting}
        graph={live.content().graph}
        cardOf={card.node()}
        onOpen={(id) => navigation.select({ kind: 'node', id })}
        onOpenGroup={navigation.openGroup}
        onCloseGroup={navigation.closeGroup}
        pinned={isMap() ? app.pinned() : undefined}
        onPin={commands.pin}
        onUnpinAll={() => commands.run('unpinAll')}
        onExplain={commands.explain}
      />
      <PalettePlace
        app={app}
        session={props.session}
        commands={commands}
        open={paletteOpen()}
        onClose={() => setPaletteOpen(false)}
        onSection={setSection}
      />
      <OnceUsed used={helpOpen()} load={Help.preload}>
        <Help open={helpOpen()} graph={live.content().graph} onClose={() => setHelpOpen(false)} />
      </OnceUsed>
    </div>
  )
}
