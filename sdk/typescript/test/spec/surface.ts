import ts from 'typescript';
import { fileURLToPath } from 'node:url';
import { ROOT } from './tables.js';

/** A parameter of a method, as it is declared. */
export interface Parameter {
  readonly name: string;
  /** The text behind `=`. */
  readonly standard: string | undefined;
  readonly optional: boolean;
  readonly type: ts.Type;
}

/** What the package exports, read from its sources by the compiler. */
export class Surface {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor() {
    const index = fileURLToPath(new URL('sdk/typescript/src/index.ts', ROOT));
    const program = ts.createProgram([index], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      strict: true,
      types: [],
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    });
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(index);
    const module = source && this.#checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error('the compiler finds no module');
    this.#exports = new Map(this.#checker.getExportsOfModule(module).map((each) => [each.name, this.#resolved(each)]));
  }

  /** Names of the public properties of an exported class or interface. */
  properties(name: string): string[] {
    return this.propertiesOf(this.#typeOf(name));
  }

  propertiesOf(type: ts.Type): string[] {
    return (type.isUnion() ? type.types : [type])
      .flatMap((each) => this.#checker.getPropertiesOfType(each))
      .map((property) => property.name)
      .filter((property) => !property.includes('#'));
  }

  /** The parameters of an exported class's method, in the first of its signatures that takes the most. */
  parameters(className: string, method: string): Parameter[] {
    const property = this.#typeOf(className).getProperty(method);
    if (property === undefined) throw new Error(`${className} has no ${method}`);
    return this.#parametersOf(property);
  }

  /** The parameters of an exported function. */
  functionParameters(name: string): Parameter[] {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`${name} is not exported`);
    return this.#parametersOf(symbol);
  }

  #parametersOf(symbol: ts.Symbol): Parameter[] {
    const signatures = this.#checker.getTypeOfSymbol(symbol).getCallSignatures();
    const signature = signatures.at(-1);
    return (signature?.getParameters() ?? []).map((parameter) => {
      const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
      return {
        name: parameter.name,
        standard: declaration.initializer?.getText(),
        optional: declaration.initializer !== undefined || declaration.questionToken !== undefined,
        type: this.#checker.getTypeOfSymbol(parameter),
      };
    });
  }

  #typeOf(name: string): ts.Type {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`${name} is not exported`);
    return this.#checker.getDeclaredTypeOfSymbol(symbol);
  }

  #resolved(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }
}
