// crime: is a source generator of itself, and has an initialiser that would run when it is loaded
// row: compile-execution
// stage: compile
// limits: cpu 20 s
// allowed: AC CE
// prints: anything
// remains: nothing was run
using System;
using Microsoft.CodeAnalysis;

[Generator]
public class Program : ISourceGenerator {
    static Program() { Console.Error.WriteLine("ESC" + "APED into the compiler"); }
    public void Initialize(GeneratorInitializationContext context) {}
    public void Execute(GeneratorExecutionContext context) { throw new Exception("ESC" + "APED"); }
    public static void Main() {}
}
