package remote

import (
	"context"
	"fmt"

	"github.com/pkg/sftp"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CopyToRemote is the resource command:remote:CopyToRemote: a file or folder that is copied to another machine. It is
// left there when the resource is deleted.
type CopyToRemote struct {
	Dialer *Dialer
}

// CopyToRemoteInputs are the arguments of a CopyToRemote.
type CopyToRemoteInputs struct {
	Connection *Connection          `pulumi:"connection" provider:"secret"`
	Source     types.AssetOrArchive `pulumi:"source"`
	RemotePath string               `pulumi:"remotePath"`
	// Any change of the triggers replaces the resource, that is, copies again.
	Triggers *[]any `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// CopyToRemoteOutputs are the state of a CopyToRemote.
type CopyToRemoteOutputs struct {
	CopyToRemoteInputs
}

// Check refuses the sources that version 1.2.1 cannot copy.
func (*CopyToRemote) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[CopyToRemoteInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CopyToRemoteInputs](ctx, req.NewInputs)
	// In a preview the source may be the output of a resource that does not exist yet.
	if source := req.NewInputs.Get("source"); err == nil && len(failures) == 0 && !source.IsComputed() {
		if reason := refuse(inputs.Source); reason != "" {
			failures = append(failures, p.CheckFailure{Property: "source", Reason: reason})
		}
	}
	return infer.CheckResponse[CopyToRemoteInputs]{Inputs: inputs, Failures: failures}, err
}

func refuse(source types.AssetOrArchive) string {
	switch asset, archive := source.Asset, source.Archive; {
	case asset == nil && archive == nil:
		return "it must be a FileAsset, a StringAsset or a FileArchive"
	case asset != nil && !asset.IsPath() && !asset.IsText():
		return "an asset must be a FileAsset or a StringAsset; download others first"
	case archive != nil && !archive.IsPath():
		return "an archive must be a FileArchive: the path of a folder or of an archive file, which is copied as it is"
	}
	return ""
}

// Create copies. A preview does not even connect.
func (c *CopyToRemote) Create(
	ctx context.Context, req infer.CreateRequest[CopyToRemoteInputs],
) (infer.CreateResponse[CopyToRemoteOutputs], error) {
	response := infer.CreateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}
	if req.DryRun {
		return response, nil
	}
	if err := c.copy(ctx, req.Inputs); err != nil {
		return response, err
	}
	var err error
	response.ID, err = resource.NewUniqueHex("", 8, 0)
	return response, err
}

// Update copies again if the content or the destination is another one. A change of the connection alone is only
// noted: the machine may be the same under a new address.
func (c *CopyToRemote) Update(
	ctx context.Context, req infer.UpdateRequest[CopyToRemoteInputs, CopyToRemoteOutputs],
) (infer.UpdateResponse[CopyToRemoteOutputs], error) {
	response := infer.UpdateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}
	same := hash(req.Inputs.Source) == hash(req.State.Source) && req.Inputs.RemotePath == req.State.RemotePath
	if req.DryRun || same {
		return response, nil
	}
	return response, c.copy(ctx, req.Inputs)
}

func hash(source types.AssetOrArchive) string {
	if source.Archive != nil {
		return source.Archive.Hash
	}
	if source.Asset != nil {
		return source.Asset.Hash
	}
	return ""
}

func (c *CopyToRemote) copy(ctx context.Context, in CopyToRemoteInputs) error {
	client, err := c.Dialer.dial(ctx, in.Connection)
	if err != nil {
		return err
	}
	defer client.Close()
	// Cancelling ends the connection, and with it whatever waits for an answer.
	stop := context.AfterFunc(ctx, client.Close)
	defer stop()
	files, err := sftp.NewClient(client.Client, sftp.UseConcurrentWrites(true))
	if err != nil {
		return fmt.Errorf("sftp does not work on %s: %w", in.Connection.address(), why(ctx, err))
	}
	defer func() { _ = files.Close() }()
	if err := (upload{files}).source(in.Source, in.RemotePath); err != nil {
		return fmt.Errorf("copying to %s on %s: %w", in.RemotePath, in.Connection.address(), why(ctx, err))
	}
	return nil
}
