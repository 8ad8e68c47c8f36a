import { type JSX, lazy, onCleanup, Show } from 'solid-js'
import type { ViewDescription } from '../../../src/api/types.ts'
import { loadPart } from '../../data/load-part.ts'
import type { LayoutKind } from '../../domain/address/layout-kind.ts'
import type { LighterWords } from '../../domain/dense/lighter.ts'
import { foldWords, groupBy, groupedBy, groupingChoices } from '../../domain/grouping/grouping.ts'
import type { RingMetric } from '../../domain/node/ring-choice.ts'
import { viewId } from '../../domain/views.ts'
import type { Hubs } from '../../state/view/hubs.ts'
import type { MinimapChoice } from '../../state/view/minimap.ts'
import type { Networks } from '../../state/view/networks.ts'
import { Icon } from '../icon/icon.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { GroupBy } from './group-by.tsx'
import { LayoutChoice } from './layout-choice.tsx'
import { LighterEdges } from './lighter-edges.tsx'
import { OneOf } from './one-of.tsx'
import { RingChoice } from './ring-choice.tsx'
import { SomeOf } from './some-of.tsx'
import { Variants } from './variants.tsx'
import './options.css'

const NetworkChoice = lazy(async () => ({
  default: (await loadPart(() => import('./network-choice.tsx'))).NetworkChoice,
}))

/** Props of {@link Options}. */
export interface OptionsProps {
  readonly view: ViewDescription | undefined
  /** The tab that the view belongs to. */
  readonly tab: ViewDescription | undefined
  readonly chosen: Readonly<Record<string, string>>
  /** Metrics a ring can show. */
  readonly rings: readonly RingMetric[]
  readonly ring: string | undefined
  /** A card is open at the right, so stay left of it. */
  readonly beside: boolean
  /** The groups that are open. */
  readonly openGroups: readonly { readonly id: string; readonly label: string }[]
  /** Closes an open group; all of them with undefined. */
  readonly onCloseGroup: (id: string | undefined) => void
  readonly onView: (id: string) => void
  readonly onChoose: (options: Readonly<Record<string, string>>) => void
  readonly onRing: (label: string) => void
  /** Rings show another metric for a moment; undefined = the chosen one again. */
  readonly onRingPreview: (label: string | undefined) => void
  readonly hubs: Hubs
  /** The networks of the map. */
  readonly networks: Networks
  /** Whether the map has a minimap; undefined while no map is shown. */
  readonly minimap: MinimapChoice | undefined
  /** How many nodes of the map are pinned. */
  readonly pinned: number
  readonly onUnpinAll: () => void
  /** How the map is laid out; undefined while no map is shown. */
  readonly layout: LayoutKind | undefined
  /** See {@link LayoutChoiceProps.isTooLarge}. */
  readonly isTooLarge: boolean
  readonly onLayout: (kind: LayoutKind) => void
  /** The matrix is to be shown instead of the map. */
  readonly onMatrix: () => void
  /** What is said of the lighter edges of a dense map. */
  readonly lighter: LighterWords | undefined
  /** Shows all edges, or only the heaviest. */
  readonly onAllEdges: (areAllShown: boolean) => void
  /** Told how many pixels above the lower edge of the page they reach, whenever that changes. */
  readonly onTop?: ((top: number) => void) | undefined
}

/** The options of the view: variant, filters, grouping, layout, and the metric of the rings. */
export function Options(props: OptionsProps): JSX.Element {
  const observe = (element: HTMLElement) => {
    const observer = new ResizeObserver(() =>
      props.onTop?.(Math.round(window.innerHeight - element.getBoundingClientRect().top)),
    )
    observer.observe(element)
    onCleanup(() => observer.disconnect())
  }
  return (
    <Show when={props.view}>
      <div class="options" role="toolbar" aria-label="Options" data-beside={props.beside} ref={observe}>
        <Show when={props.tab}>
          {(tab) => (
            <Variants tab={tab()} current={props.view ? viewId(props.view) : ''} onView={props.onView} />
          )}
        </Show>
        <Keyed each={props.view?.options ?? []} by={idOf}>
          {(group) => (
            <Show
              when={group().selectType === 'union'}
              fallback={<OneOf group={group()} chosen={props.chosen} onChoose={props.onChoose} />}
            >
              <SomeOf group={group()} chosen={props.chosen} onChoose={props.onChoose} />
            </Show>
          )}
        </Keyed>
        <GroupBy
          choices={props.view ? groupingChoices(props.view, props.chosen) : []}
          chosen={groupedBy(props.chosen)}
          open={props.openGroups}
          fold={props.view && foldWords(props.view, props.chosen)}
          onGroup={(value) => props.onChoose(groupBy(value, props.view, props.chosen))}
          onFold={props.onChoose}
          onClose={props.onCloseGroup}
        />
        <Show when={props.layout}>
          {(layout) => (
            <LayoutChoice
              chosen={layout()}
              isTooLarge={props.isTooLarge}
              onChoose={props.onLayout}
              onMatrix={props.onMatrix}
            />
          )}
        </Show>
        <Show when={props.hubs.isOffered()}>
          <fieldset class="segments options-group" aria-label="Hubs">
            <button
              type="button"
              class="segment"
              data-testid="hide-hubs"
              title="Hubs talk to at least half of all others, as a monitor does  H"
              aria-pressed={props.hubs.isHidden()}
              onClick={() => props.hubs.toggle()}
            >
              Hide hubs
            </button>
          </fieldset>
        </Show>
        <Show when={props.layout && props.networks.isOffered()}>
          <NetworkChoice networks={props.networks} />
        </Show>
        <Show when={props.minimap}>
          {(minimap) => (
            <fieldset class="segments options-group minimap-choice" aria-label="Minimap">
              <button
                type="button"
                class="segment"
                data-testid="minimap"
                title="Shown where not all of the map is in sight"
                aria-pressed={minimap().isShown()}
                onClick={() => minimap().toggle()}
              >
                Minimap
              </button>
            </fieldset>
          )}
        </Show>
        <Show when={props.pinned > 0}>
          <div class="group-by options-group">
            <button
              type="button"
              class="group-by-open"
              data-testid="unpin-all"
              title="Let go of all pinned nodes  ⇧ P"
              onClick={() => props.onUnpinAll()}
            >
              {props.pinned} pinned
              <Icon name="close" />
            </button>
          </div>
        </Show>
        <LighterEdges words={props.lighter} onAll={props.onAllEdges} />
        <RingChoice
          metrics={props.rings}
          chosen={props.ring}
          onChoose={props.onRing}
          onPreview={props.onRingPreview}
        />
      </div>
    </Show>
  )
}
