import ts from 'typescript'

/** A test that a rule names: a file, relative to the package, and the title of a test in it. */
export type NamedTest = { readonly file: string; readonly title: string }

/** One `SECURITY:` comment. Offsets are into the text of the file, lines count from 1. */
export type Rule = {
  readonly line: number
  readonly lastLine: number
  readonly text: string
  readonly tests: readonly NamedTest[]
  /** The statement under the comment; without one the rule is about how data is laid out. */
  readonly guard?: Guard
}

/** How to switch a guard off: by its condition, or by running it conditionally as a whole. */
export type Guard = {
  readonly kind: 'condition' | 'statement'
  readonly start: number
  readonly end: number
}

/** Every `SECURITY:` comment of a source file, in order. */
export function rules(fileName: string, text: string): Rule[] {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true)
  const blocks = commentBlocks(file)
  return blocks
    .filter((block) => block.text.includes('SECURITY:'))
    .map((block) => {
      const guard = block.below && guardOf(block.below)
      const last = guard ? guard.end : block.end
      const said = block.text.slice(block.text.indexOf('SECURITY:') + 'SECURITY:'.length)
      return {
        line: lineOf(file, block.start),
        lastLine: lineOf(file, last),
        text: said.split(/\bTests?: /)[0]!.trim(),
        tests: namedTests(said),
        ...(guard ? { guard } : {}),
      }
    })
}

/** The titles of the tests in a test file, as they are written there. */
export function titles(fileName: string, text: string): string[] {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && isTestFunction(node.expression)) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title)) found.push(title.text)
      else if (title && ts.isTemplateExpression(title)) found.push(title.getText(file).slice(1, -1))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/**
 * A pattern for the titles that `title` stands for: what a table or a template fills in (`%s`,
 * `$name`, `${…}`) may be anything.
 */
export function titlePattern(title: string): string {
  return title
    .split(/%[sdifjoOp#%]|\$\{[^}]*\}|\$[A-Za-z_][\w.]*/)
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
    .join('.*')
}

/** The text of a file with every guard behind a switch that the environment can turn off. */
export function withSwitches(
  text: string,
  guards: readonly { readonly id: number; readonly guard: Guard }[],
): string {
  const edits = guards.flatMap(({ id, guard }) => {
    const on = `globalThis.process?.env.TANDEM_MUTANT !== '${id}'`
    return guard.kind === 'condition'
      ? [
          { at: guard.start, insert: `${on} && (` },
          { at: guard.end, insert: ')' },
        ]
      : [
          { at: guard.start, insert: `if (${on}) { ` },
          { at: guard.end, insert: ' }' },
        ]
  })
  return edits
    .toSorted((a, b) => b.at - a.at)
    .reduce((done, { at, insert }) => done.slice(0, at) + insert + done.slice(at), text)
}

type Block = { start: number; end: number; text: string; below?: ts.Statement }

/** Comments, with `//` lines that follow each other joined, and the statement they stand on. */
function commentBlocks(file: ts.SourceFile): Block[] {
  const text = file.text
  const seen = new Map<number, ts.CommentRange>()
  const below = new Map<number, ts.Statement>()
  const visit = (node: ts.Node) => {
    const leading = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []
    const trailing = ts.getTrailingCommentRanges(text, node.getEnd()) ?? []
    for (const comment of [...leading, ...trailing]) seen.set(comment.pos, comment)
    if (ts.isStatement(node)) for (const { pos } of leading) below.set(pos, node)
    for (const child of node.getChildren(file)) visit(child)
  }
  visit(file)

  const blocks: Block[] = []
  for (const comment of [...seen.values()].toSorted((a, b) => a.pos - b.pos)) {
    const said = text.slice(comment.pos, comment.end)
    const previous = blocks.at(-1)
    const isLine = comment.kind === ts.SyntaxKind.SingleLineCommentTrivia
    const statement = below.get(comment.pos)
    const follows =
      isLine && previous && /^\r?\n[ \t]*$/.test(text.slice(previous.end, comment.pos))
    if (previous && follows && !said.includes('SECURITY:')) {
      previous.end = comment.end
      previous.text = `${previous.text} ${plain(said)}`
    } else {
      blocks.push({
        start: comment.pos,
        end: comment.end,
        text: plain(said),
        ...(statement ? { below: statement } : {}),
      })
    }
  }
  return blocks
}

/** A comment without its marks, on one line. */
function plain(comment: string): string {
  return comment
    .replace(/^\/\*+|\*+\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(\/\/+|\*(?!\/))?\s?/, '').trim())
    .join(' ')
    .trim()
}

/** What of a statement can be switched off without leaving a name undeclared. */
function guardOf(statement: ts.Statement): Guard | undefined {
  if (ts.isIfStatement(statement)) {
    const { expression } = statement
    return { kind: 'condition', start: expression.getStart(), end: expression.getEnd() }
  }
  const removable =
    ts.isExpressionStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isForOfStatement(statement) ||
    ts.isForStatement(statement)
  if (!removable) return undefined
  return { kind: 'statement', start: statement.getStart(), end: statement.getEnd() }
}

function namedTests(said: string): NamedTest[] {
  const marker = /\bTests?: /.exec(said)
  if (!marker) return []
  const named = said.slice(marker.index + marker[0].length)
  const found = named.matchAll(/([\w@./-]+\.test\.tsx?)\s+"([^"]+)"/g)
  return [...found].map(([, file = '', title = '']) => ({ file, title }))
}

function isTestFunction(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'test' || callee.text === 'it'
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee))
    return isTestFunction(callee.expression)
  return ts.isTaggedTemplateExpression(callee) && isTestFunction(callee.tag)
}

function lineOf(file: ts.SourceFile, offset: number): number {
  return file.getLineAndCharacterOfPosition(offset).line + 1
}
