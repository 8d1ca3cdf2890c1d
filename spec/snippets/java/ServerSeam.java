import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * The seam: a class loader whose clients are built for this run's server, whatever key and address a snippet gives
 * them. It loads the SDK anew, with {@code OnceOnlyBuilder.build} setting both fields first.
 */
final class ServerSeam extends URLClassLoader {
  static final String URL = "snippets.url";
  static final String KEY = "snippets.key";

  private static final String SDK = "dev.onceonly.";
  private static final ClassDesc BUILDER = ClassDesc.of("dev.onceonly.sdk.OnceOnlyBuilder");
  private static final ClassDesc SYSTEM = ClassDesc.of("java.lang.System");
  private static final MethodTypeDesc GET_PROPERTY =
      MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String);

  ServerSeam(Path compiled) throws MalformedURLException {
    super(new URL[] {compiled.toUri().toURL()}, ServerSeam.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(SDK)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? ownCopy(name) : known;
    }
  }

  private Class<?> ownCopy(String name) throws ClassNotFoundException {
    try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = file.readAllBytes();
      byte[] own = name.endsWith(".OnceOnlyBuilder") ? pointedAtServer(code) : code;
      return defineClass(name, own, 0, own.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static byte[] pointedAtServer(byte[] code) {
    ClassFile files = ClassFile.of();
    CodeTransform first =
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder builder) {
            set(builder, "apiKey", KEY);
            set(builder, "baseUrl", URL);
          }

          @Override
          public void accept(CodeBuilder builder, CodeElement element) {
            builder.with(element);
          }
        };
    return files.transformClass(
        files.parse(code),
        ClassTransform.transformingMethodBodies(method -> method.methodName().equalsString("build"), first));
  }

  private static void set(CodeBuilder builder, String field, String property) {
    builder
        .aload(0)
        .loadConstant(property)
        .invokestatic(SYSTEM, "getProperty", GET_PROPERTY)
        .putfield(BUILDER, field, ConstantDescs.CD_String);
  }
}
