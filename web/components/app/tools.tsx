import type { JSX } from 'solid-js'
import { isTooLarge } from '../../domain/address/layout-kind.ts'
import { openGroupLabels } from '../../domain/grouping/grouping.ts'
import { answerOf } from '../../domain/search/search.ts'
import type { AppState } from '../../state/app-state.ts'
import { Filter } from '../filter/filter.tsx'
import { Options } from '../options/options.tsx'
import type { Commands } from './commands.ts'

/** Filter and options: over the map, or in the bar above what is shown in its place. */
export function Tools(props: {
  readonly app: AppState
  readonly commands: Commands
  /** See {@link OptionsProps.onTop}. */
  readonly onOptionsTop?: (top: number) => void
}): JSX.Element {
  const { router, current, live, card, near, lighter, rings, networks, hubs, search, navigation, isMap } =
    props.app
  return (
    <>
      <Filter
        filter={search.filter()}
        summary={answerOf(search.filter(), live.content().query)}
        leftOut={current.leftOut()}
        onAllShown={() => navigation.setOptions(current.allShown())}
        beside={card.isOpen()}
        near={near.words()}
        onNotNear={near.clear}
        hubs={hubs.words()}
        onHubs={hubs.toggle}
        typed={search.read()}
        found={search.found()?.nodes.size ?? 0}
        onOnlyMatches={() => props.commands.run('onlyMatches')}
        onFilter={navigation.filterBy}
        onAct={() => props.commands.run('act')}
      />
      <Options
        view={current.view()}
        tab={current.found()?.tab}
        chosen={current.options()}
        rings={isMap() ? rings.metrics() : []}
        ring={rings.chosen()}
        beside={card.isOpen()}
        openGroups={openGroupLabels(current.options(), live.content().graph.nodes.values())}
        onCloseGroup={navigation.closeGroup}
        onView={current.open}
        onChoose={navigation.setOptions}
        onRing={rings.choose}
        onRingPreview={rings.preview}
        hubs={hubs}
        networks={networks}
        minimap={isMap() ? props.app.minimap : undefined}
        pinned={isMap() ? props.app.pinned().size : 0}
        onUnpinAll={() => props.commands.run('unpinAll')}
        layout={isMap() ? router.route().layout : undefined}
        isTooLarge={isTooLarge(router.route().layout, near.content().graph, lighter.thinned().placing)}
        onLayout={(layout) => router.go({ layout })}
        onMatrix={() => navigation.show('matrix')}
        lighter={isMap() ? lighter.words() : undefined}
        onAllEdges={(allEdges) => router.go({ allEdges })}
        onTop={props.onOptionsTop}
      />
    </>
  )
}
