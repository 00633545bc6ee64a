using System.Text;
using EtcdDefrag.Monitoring.Configuration;
using YamlDotNet.RepresentationModel;

namespace EtcdDefrag.Unit.Examples;

/// <summary>The manifests hold only fields that Kubernetes knows, and what is promised of them.</summary>
public sealed class KubernetesTests
{
    private static readonly string[] Containers = ["spec", "containers"];

    /// <summary>The fields that may stand below a field, for those that are used. Below the others everything goes: names that people give.</summary>
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["ConfigMap"] = ["apiVersion", "kind", "metadata", "data"],
        ["CronJob"] = ["apiVersion", "kind", "metadata", "spec"],
        ["Deployment"] = ["apiVersion", "kind", "metadata", "spec"],
        ["CronJob.spec"] = ["schedule", "timeZone", "concurrencyPolicy", "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "jobTemplate"],
        ["jobTemplate"] = ["spec"],
        ["jobTemplate.spec"] = ["backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "template"],
        ["Deployment.spec"] = ["replicas", "strategy", "selector", "template"],
        ["strategy"] = ["type"],
        ["selector"] = ["matchLabels"],
        ["template"] = ["metadata", "spec"],
        ["template.spec"] =
            ["restartPolicy", "automountServiceAccountToken", "terminationGracePeriodSeconds", "securityContext", "containers", "volumes"],
        ["metadata"] = ["name", "namespace", "labels", "annotations"],
        ["template.spec.securityContext"] = ["runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "seccompProfile"],
        ["seccompProfile"] = ["type"],
        ["containers"] = ["name", "image", "args", "env", "ports", "livenessProbe", "readinessProbe", "resources", "securityContext", "volumeMounts"],
        ["containers.securityContext"] = ["allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"],
        ["capabilities"] = ["drop"],
        ["env"] = ["name", "value"],
        ["ports"] = ["name", "containerPort"],
        ["livenessProbe"] = ["httpGet", "periodSeconds", "timeoutSeconds", "failureThreshold"],
        ["readinessProbe"] = ["httpGet", "periodSeconds", "timeoutSeconds"],
        ["httpGet"] = ["path", "port"],
        ["resources"] = ["requests", "limits"],
        ["requests"] = ["cpu", "memory"],
        ["limits"] = ["memory"],
        ["volumeMounts"] = ["name", "mountPath", "readOnly"],
        ["volumes"] = ["name", "configMap", "secret"],
        ["configMap"] = ["name"],
        ["secret"] = ["secretName", "defaultMode"],
    };

    private static YamlMappingNode CronJob => YamlExample.Read("kubernetes", "cronjob.yaml").Single();

    private static YamlMappingNode ConfigMap => YamlExample.Read("kubernetes", "monitor.yaml")[0];

    private static YamlMappingNode Deployment => YamlExample.Read("kubernetes", "monitor.yaml")[1];

    [Fact]
    public void Every_field_is_one_that_stands_there()
    {
        foreach (var manifest in new[] { CronJob, ConfigMap, Deployment })
        {
            Check(manifest, [manifest.TextAt("kind")]);
        }

        Assert.Equal(("batch/v1", "v1", "apps/v1"), (CronJob.TextAt("apiVersion"), ConfigMap.TextAt("apiVersion"), Deployment.TextAt("apiVersion")));
    }

    [Fact]
    public void No_two_runs_are_meant_to_be()
    {
        Assert.Equal(("Forbid", "Never"), (CronJob.TextAt("spec", "concurrencyPolicy"), CronJob.TextAt("spec", "jobTemplate", "spec", "template", "spec", "restartPolicy")));
        Assert.Equal(("1", "Recreate"), (Deployment.TextAt("spec", "replicas"), Deployment.TextAt("spec", "strategy", "type")));
        Assert.Equal("0", CronJob.TextAt("spec", "jobTemplate", "spec", "backoffLimit"));
    }

    [Fact]
    public void No_container_is_root_or_can_write_or_holds_a_secret()
    {
        foreach (var pod in new[] { CronJob.At("spec", "jobTemplate", "spec", "template"), Deployment.At("spec", "template") })
        {
            var container = ((YamlSequenceNode)pod.At(Containers)).Single();
            Assert.Equal(("true", "false"), (pod.TextAt("spec", "securityContext", "runAsNonRoot"), pod.TextAt("spec", "automountServiceAccountToken")));
            Assert.Equal(
                ("true", "false"),
                (container.TextAt("securityContext", "readOnlyRootFilesystem"), container.TextAt("securityContext", "allowPrivilegeEscalation")));
            Assert.Equal(["ALL"], container.TextsAt("securityContext", "capabilities", "drop"));
            Assert.All((YamlSequenceNode)container["env"], e => Assert.True(e["value"].IsQuoted()));
        }
    }

    [Fact]
    public void The_deployment_selects_its_own_pods_and_mounts_its_own_volumes()
    {
        Assert.Equal(Deployment.At("spec", "selector", "matchLabels"), Deployment.At("spec", "template", "metadata", "labels"));
        Assert.Equal(ConfigMap.TextAt("metadata", "name"), Volume("configuration").TextAt("configMap", "name"));
        Assert.Equal(ConfigMap.TextAt("metadata", "namespace"), Deployment.TextAt("metadata", "namespace"));
        var container = ((YamlSequenceNode)Deployment.At("spec", "template").At(Containers)).Single();
        Assert.Equal(["/etc/etcd-client", "/etc/etcd-defrag"], ((YamlSequenceNode)container["volumeMounts"]).Select(m => m.TextAt("mountPath")).Order());
        Assert.Equal("client", Volume("client").TextAt("name"));
    }

    [Fact]
    public void The_configuration_is_one_that_the_monitor_takes_and_its_secrets_lie_in_the_mounted_one()
    {
        var text = ConfigMap.TextAt("data", "monitor.json");
        Assert.Empty(ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), "monitor.json", out var configuration));
        Assert.Equal(3, configuration!.Clusters.Single().Endpoints.Count);
        Assert.Equal(4, text.Split("\"/etc/etcd-client/").Length - 1);
    }

    private static YamlNode Volume(string name) =>
        ((YamlSequenceNode)Deployment.At("spec", "template", "spec", "volumes")).Single(v => v.TextAt("name") == name);

    private static void Check(YamlNode node, string[] path)
    {
        if (node is YamlSequenceNode list)
        {
            Assert.All(list, item => Check(item, path));
        }
        else if (node is YamlMappingNode mapping && KnownAt(path) is { } known)
        {
            Assert.All(mapping.Children, c =>
            {
                Assert.Contains($"{c.Key}", known);
                Check(c.Value, [.. path, $"{c.Key}"]);
            });
        }
    }

    /// <summary>The longest end of the path that has fields of its own.</summary>
    private static string[]? KnownAt(string[] path) =>
        Enumerable.Range(0, path.Length).Select(i => string.Join('.', path[i..])).Where(Fields.ContainsKey).Select(k => Fields[k]).FirstOrDefault();
}
