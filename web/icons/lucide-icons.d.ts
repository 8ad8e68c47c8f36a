/** The icons of Lucide by their files, so that only those that are used are loaded. */
declare module 'lucide/dist/esm/icons/*.mjs' {
  const icon: import('lucide').IconNode
  export default icon
}

declare module 'element-to-path' {
  /** The path of a basic shape of SVG, as the attribute `d` has it. */
  export default function elementToPath(
    element: readonly [string, Readonly<Record<string, string | number | undefined>>],
    names: { readonly nodeName: 0; readonly nodeAttrs: 1 },
  ): string
}
