import type { LayoutKind } from '../../domain/address/layout-kind.ts'
import type { Selection } from '../../domain/address/route.ts'
import type { DrawnEdge, DrawnNode } from '../../domain/graph/drawn-graph.ts'
import type { Focus } from '../../domain/node/neighbours.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Sight } from '../../domain/plot/sight.ts'
import type { Direction } from '../../domain/search/step-to.ts'
import type { Camera, CanvasSize, Padding } from '../../draw/camera.ts'
import type { Tokens } from '../../draw/tokens.ts'
import type { KeptPlaces } from '../placing/placer.ts'

/** What the pointer is on. */
export type Hover =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'edge'; readonly id: string; readonly at: Point }
  /** One line for all edges between two hulls, seen from afar; see `Bundle`. */
  | {
      readonly kind: 'bundle'
      readonly id: string
      readonly from: string
      readonly to: string
      readonly edges: ReadonlySet<string>
      readonly at: Point
    }
  /** A node that is gone and fades. Nothing else can be done with it. */
  | { readonly kind: 'ghost'; readonly id: string; readonly at: Point }

/** The size of the map in CSS pixels, and how many pixels of the screen one of them is. */
export interface MapSize {
  readonly width: number
  readonly height: number
  readonly ratio: number
}

/** How the map is to look. */
export interface Style {
  readonly tokens: Tokens
  readonly reducedMotion: boolean
}

/** What is new or gone and leaves traces for a while. Times are those of the page's clock (`performance.now`). */
export interface Traces {
  readonly arrivedMs: ReadonlyMap<string, number>
  readonly goneNodes: ReadonlyMap<string, { readonly node: DrawnNode; readonly atMs: number }>
  readonly goneEdges: ReadonlyMap<string, { readonly edge: DrawnEdge; readonly atMs: number }>
}

/** No traces. */
export const noTraces: Traces = { arrivedMs: new Map(), goneNodes: new Map(), goneEdges: new Map() }

/** How the content of the map differs from what was told before. */
export interface ContentChange {
  /** View id. When it is another one than before, nothing of what was told before is left. */
  readonly view: string
  /** New nodes and edges, and those that look otherwise. */
  readonly nodes: readonly DrawnNode[]
  readonly edges: readonly DrawnEdge[]
  /** Ids of those that are gone. They are taken away before the others are added. */
  readonly goneNodes: readonly string[]
  readonly goneEdges: readonly string[]
  /** Undefined when they are as before. */
  readonly traces: Traces | undefined
  /** Whether the content is up to date. If it is not, no dashes are drawn. */
  readonly live: boolean
}

/** How much of the map is covered, in pixels: at each border by header, foot and card, and in the lower right corner by buttons. */
export interface Covered extends Padding {
  /** Left of the card; absent when nothing is there. */
  readonly corner?: CanvasSize | undefined
}

/** What the page tells the renderer. Places are CSS pixels within the map's element. All of it can be sent to another thread. */
export type MapCommand =
  | { readonly kind: 'show'; readonly change: ContentChange }
  /** The size of the map, and what of its borders is covered at that size. */
  | { readonly kind: 'size'; readonly size: MapSize; readonly covered: Covered }
  | { readonly kind: 'style'; readonly style: Style }
  | { readonly kind: 'covered'; readonly covered: Covered }
  /** How far above the lower edge the options of the view reach, behind which nothing is fitted. */
  | { readonly kind: 'options'; readonly top: number }
  /** How far above the lower edge a minimap ends, which is drawn where not all is in sight; undefined = none is, nor until this is told. */
  | { readonly kind: 'minimap'; readonly bottom: number | undefined }
  /** Where nodes were before the page was loaded; told before anything is shown. */
  | { readonly kind: 'remember'; readonly kept: readonly KeptPlaces[] }
  /** By which kind of layout to lay out; `flow` until this is told. */
  | { readonly kind: 'layout'; readonly layout: LayoutKind }
  | { readonly kind: 'select'; readonly selection: Selection | undefined }
  | {
      readonly kind: 'highlight'
      readonly found: Focus | undefined
      /** Even while a node or an edge is selected. */
      readonly overSelected: boolean
    }
  | { readonly kind: 'reveal'; readonly selection: Selection }
  | { readonly kind: 'hover'; readonly at: Point | undefined }
  | {
      readonly kind: 'click'
      readonly at: Point
      /** It is the second of a double click. */
      readonly again: boolean
      /** A menu was asked for during the press. When that has opened, the click is none. */
      readonly afterMenu: boolean
    }
  | { readonly kind: 'menu'; readonly at: Point }
  /** A drag begins, of the node that is there, which it pins, else of the map. */
  | { readonly kind: 'grab'; readonly at: Point; readonly afterMenu: boolean }
  | { readonly kind: 'drag'; readonly at: Point }
  | { readonly kind: 'release' }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'zoom'; readonly at: Point; readonly factor: number }
  /** Zooms around the middle, not at once but as a movement. */
  | { readonly kind: 'step-zoom'; readonly factor: number }
  /** Goes to the next node in a direction. */
  | { readonly kind: 'point'; readonly direction: Direction }
  /** Points at nothing, until the pointer moves or a key goes to a node. */
  | { readonly kind: 'leave' }
  /** Opens the node that was gone to. */
  | { readonly kind: 'open' }
  /** Asks for the menu of a node; without an id, of the one that was gone to, else of the selected one. */
  | { readonly kind: 'menu-of'; readonly id: string | undefined }
  /** Opens the group that the node gone to, or else the selected one, stands for, or closes the one around it. */
  | { readonly kind: 'toggle-group' }
  /** Pins a node where it is, or lets go of it; without an id, of the one that was gone to, else of the selected one. */
  | { readonly kind: 'pin'; readonly id: string | undefined }
  | { readonly kind: 'unpin-all' }
  /** Moves the node that was gone to, else the selected one, by a step, and pins it there. */
  | { readonly kind: 'nudge'; readonly direction: Direction }
  /** Asks for a picture of the map; see {@link MapPicture}. */
  | { readonly kind: 'picture'; readonly picture: PictureRequest }
  | { readonly kind: 'fit' }
  /** The part of a view to look at, now or once the view is laid out; without one, all of it. */
  | { readonly kind: 'look-at'; readonly view: string; readonly sight: Sight | undefined }
  | { readonly kind: 'tidy' }

/** Where the camera rests, and places on the map of the nodes that are to be listed. */
export interface Rest {
  /** View id. */
  readonly view: string
  readonly camera: Camera
  /** What part of the map somebody has moved to; undefined when the camera follows the whole map. */
  readonly sight: Sight | undefined
  readonly listed: ReadonlyMap<string, Point>
  /** Ids of the nodes that are pinned. */
  readonly pinned: ReadonlySet<string>
}

/** A picture of the map that is asked for. */
export interface PictureRequest {
  /** Told again with the picture. */
  readonly number: number
  /** The whole map is wanted, not only what is seen of it. */
  readonly whole: boolean
  /** What it shows, for its title. */
  readonly title: string
  /** How it is to look; undefined = as on screen. */
  readonly style: Style | undefined
}

/** Where the right edge of a node that is pointed at is on screen, in CSS pixels within the map's element. */
export interface HoverPlace {
  readonly id: string
  readonly at: Point
}

/** What the renderer tells the page. */
export type MapNews =
  /** Answers each `hover`, and tells when something else has changed what is pointed at (`asked` is false then). */
  | { readonly kind: 'hover'; readonly hover: Hover | undefined; readonly asked: boolean }
  /** Told whenever it has changed, also while the map moves. */
  | ({ readonly kind: 'hover-place' } & HoverPlace)
  /** A node or an edge was chosen, or with undefined the empty map. */
  | { readonly kind: 'select'; readonly selection: Selection | undefined }
  /** A node is to be opened by a key. */
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'open-group'; readonly id: string }
  | { readonly kind: 'close-group'; readonly id: string }
  /** The menu of a node is asked for; `at` is where the pointer or the node is. */
  | { readonly kind: 'menu'; readonly id: string; readonly at: Point }
  /** True when the first layout of a view is shown, false when another view or layout is. */
  | { readonly kind: 'settled'; readonly isSettled: boolean }
  /** The camera came to rest, or nodes were placed. */
  | { readonly kind: 'rest'; readonly rest: Rest }
  /** Nodes were placed, pinned or let go of. Of maps of very many nodes only the pins are told. */
  | { readonly kind: 'places'; readonly kept: KeptPlaces }
  /** A picture that was asked for, as an SVG document. */
  | { readonly kind: 'picture'; readonly number: number; readonly svg: string }
  /** The map cannot be laid out or drawn as it should be; the words are for people. Without, what was told before is over. */
  | { readonly kind: 'failure'; readonly words: string | undefined }
