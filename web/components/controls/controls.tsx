import { type JSX, lazy, onCleanup, onMount, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { whenIdle } from '../../data/when-idle.ts'
import type { Graph } from '../../domain/graph/graph.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import type { Acting } from '../../state/acting/acting.ts'
import { Keyed } from '../keyed/keyed.tsx'
import { OnceUsed } from '../once-used/once-used.tsx'
import { RunLine } from './run-line.tsx'
import './controls.css'

const load = () => loadPart(() => import('./dialogs.ts'))
const NodeMenu = lazy(async () => ({ default: (await load()).NodeMenu }))
const ArgumentsDialog = lazy(async () => ({ default: (await load()).ArgumentsDialog }))
const ConfirmDialog = lazy(async () => ({ default: (await load()).ConfirmDialog }))
const BatchDialog = lazy(async () => ({ default: (await load()).BatchDialog }))

/** Props of {@link Controls}. */
export interface ControlsProps {
  readonly acting: Acting
  readonly graph: Graph
  /** The node whose card is open, which tells itself what was done to it. */
  readonly cardOf: string | undefined
  readonly onOpen: (nodeId: string) => void
  readonly onOpenGroup: (nodeId: string) => void
  readonly onCloseGroup: (groupId: string) => void
  /** Ids of the nodes of the map that are pinned; undefined while no map is shown. */
  readonly pinned: ReadonlySet<string> | undefined
  /** Pins a node, or lets go of it. */
  readonly onPin: (nodeId: string) => void
  readonly onUnpinAll: () => void
  /** Explains why a node is not connected to that of the card, or asks to which. */
  readonly onExplain: (nodeId: string) => void
}

/**
 * What acts over the map: the menu at a node, the dialogs, and what came of controls of nodes whose card is not open. The code of menu and dialogs
 * is loaded when the map is there, before somebody asks for it.
 */
export function Controls(props: ControlsProps): JSX.Element {
  const menu = () => props.acting.menu.now()
  onMount(() => onCleanup(whenIdle(() => void NodeMenu.preload())))
  const runs = () => props.acting.runs.all().filter(({ node }) => node.id !== props.cardOf)
  const isGroup = (id: string) => {
    const node = props.graph.nodes.get(id)
    return node !== undefined && isClosedGroup(node)
  }
  const around = (id: string) => (isGroup(id) ? undefined : props.graph.nodes.get(id)?.group)
  return (
    <>
      <Show when={menu()?.node.id} keyed>
        {(id) => (
          <Show when={menu()}>
            {(open) => (
              <NodeMenu
                acting={props.acting}
                menu={open()}
                onMap={props.graph.nodes.has(id)}
                isGroup={isGroup(id)}
                around={around(id)}
                onOpen={props.onOpen}
                onOpenGroup={props.onOpenGroup}
                onCloseGroup={props.onCloseGroup}
                pinned={props.pinned}
                onPin={props.onPin}
                onUnpinAll={props.onUnpinAll}
                explainTo={id === props.cardOf ? undefined : props.graph.nodes.get(props.cardOf ?? '')?.label}
                onExplain={props.onExplain}
              />
            )}
          </Show>
        )}
      </Show>
      <div class="notices" role="status" data-testid="notices" data-beside={props.cardOf !== undefined}>
        <Keyed each={runs()} by={({ id }) => String(id)}>
          {(run) => <RunLine run={run()} named onForget={() => props.acting.runs.forget(run().id)} />}
        </Keyed>
      </div>
      <OnceUsed used={props.acting.filling.now() !== undefined} load={ArgumentsDialog.preload}>
        <ArgumentsDialog acting={props.acting} />
      </OnceUsed>
      <OnceUsed used={props.acting.confirmation.asked() !== undefined} load={ConfirmDialog.preload}>
        <ConfirmDialog acting={props.acting} />
      </OnceUsed>
      <OnceUsed used={props.acting.batch.phase() !== 'closed'} load={BatchDialog.preload}>
        <BatchDialog acting={props.acting} />
      </OnceUsed>
    </>
  )
}
