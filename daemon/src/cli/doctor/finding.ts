/** One thing that was looked at; `fix` when it is not as it should be. */
export type Finding = { readonly what: string; readonly found: string; readonly fix?: string }
